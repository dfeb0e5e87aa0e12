/** Lines that check a certificate without this product: what was signed and the signature are cut out of the canonical JSON. */
export function verifyCommands(file: string): string {
  return `FILE=${file}
( printf 'kstone/drill-certificate\\n'
  sed -E 's/^\\{"certificate":(.*),"signature":"[^"]*"\\}$/\\1/' "$FILE" | tr -d '\\n' ) > signed.bin
sed -E 's/.*"signature":"([^"]*)"\\}$/\\1==/' "$FILE" | tr '_-' '/+' | base64 -d > signature.bin
openssl pkeyutl -verify -pubin -inkey kstone.pem -rawin -in signed.bin -sigfile signature.bin
openssl pkey -pubin -in kstone.pem -outform DER | sha256sum | cut -c1-32`
}
