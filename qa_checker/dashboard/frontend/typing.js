// Tells Python what stands in a text box a moment after the last key, and when the box is left. Draws nothing.

const PAUSE_MS = 700
const watching = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const boxNow = () => document.querySelector(`.st-key-${data.box} :is(textarea, input)`)
  const state = watching.get(parentElement) ?? { told: data.known }
  state.stop?.()

  const tell = () => {
    clearTimeout(state.timer)
    const words = boxNow()?.value
    if (words === undefined || words === state.told) return
    state.told = words
    setTriggerValue("typed", words)
  }
  const onInput = (event) => {
    if (event.target !== boxNow()) return
    clearTimeout(state.timer)
    state.timer = setTimeout(tell, PAUSE_MS)
  }
  const onLeave = (event) => {
    if (event.target === boxNow()) tell()
  }
  document.addEventListener("input", onInput, true)
  document.addEventListener("focusout", onLeave, true)
  state.stop = () => {
    document.removeEventListener("input", onInput, true)
    document.removeEventListener("focusout", onLeave, true)
  }
  clearTimeout(state.timer)
  state.timer = setTimeout(tell, PAUSE_MS) // somebody may type before we are here
  watching.set(parentElement, state)
  return state.stop
}
