import { describe, expect, it } from 'vitest'
import { ActivityTracker } from './activity.ts'

function trackerAt(startMs = 0) {
  const clock = { nowMs: startMs }
  return { clock, tracker: new ActivityTracker(() => clock.nowMs) }
}

describe('the activity of a tab', () => {
  it('takes somebody to be here for a minute after opening the page and after each input', () => {
    const { clock, tracker } = trackerAt(5_000)
    expect(tracker.isSomebodyHere).toBe(true)
    clock.nowMs += 59_999
    expect(tracker.isSomebodyHere).toBe(true)
    clock.nowMs += 1
    expect(tracker.isSomebodyHere).toBe(false)
    tracker.touch()
    expect(tracker.isSomebodyHere).toBe(true)
  })

  it('does what waits for somebody at once while one is here, and else once with the next input', () => {
    const { clock, tracker } = trackerAt()
    let count = 0
    const work = () => {
      count += 1
    }
    tracker.whenSomebodyIsHere(work)
    expect(count).toBe(1)
    clock.nowMs += 60_000
    tracker.whenSomebodyIsHere(work)
    tracker.whenSomebodyIsHere(work)
    expect(count).toBe(1)
    tracker.touch()
    tracker.touch()
    expect(count).toBe(2)
  })

  it('forgets what was taken back', () => {
    const { clock, tracker } = trackerAt()
    clock.nowMs += 60_000
    const work = () => expect.unreachable()
    tracker.whenSomebodyIsHere(work)
    tracker.forget(work)
    tracker.touch()
    expect(tracker.isSomebodyHere).toBe(true)
  })

  it('takes no event of a script for a hand', () => {
    const { clock, tracker } = trackerAt()
    const page = new EventTarget()
    tracker.watch(page)
    clock.nowMs += 60_000
    page.dispatchEvent(new Event('keydown'))
    expect(tracker.isSomebodyHere).toBe(false)
  })
})
