/** Looks of a form before sign-in: taller controls than in the console, since there are few and phones are common. */
export const authFormClasses = '[&_input]:h-10'
