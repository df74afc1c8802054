// Keys that are pressed while the page is still being drawn wait until it has come to rest, one after the other; then
// the button that bears the key is clicked. A ruling is only passed on what was on screen when its key was pressed.
(() => {
  const rulings = new Set(["a", "x"])
  const steps = new Set(["j", "k"])
  const longestWait = 15000 // ms; whoever waits longer has given up
  const drawnWithin = 2000 // ms; by then a page that has come to rest shows all its buttons
  const begunWithin = 2000 // ms; by then a click has begun a rerun, or never will
  const restsFor = 150 // ms; a click may cost two reruns, with a moment of seeming rest between them
  const waiting = []
  let clickedAt = 0 // when a button was clicked whose rerun has not begun yet
  let restingSince = 0 // 0: being drawn

  const app = () => document.querySelector("[data-testid=stApp]")
  const session = () => location.search + (document.querySelector("h1")?.textContent ?? "")
  const buttonOf = (key) => document.querySelector(`.st-key-key-${key} button`)
  const isDesk = () => /\/(session|review)$/.test(location.pathname)

  function isTyping(event) {
    const [target] = event.composedPath()
    const fields = "input:not([type=checkbox], [type=radio], [type=range]), textarea, [contenteditable=true]"
    return target instanceof Element && target.closest(fields) !== null
  }

  function answerNext() {
    if (app()?.dataset.testScriptState !== "notRunning") {
      clickedAt = restingSince = 0
      return
    }
    restingSince ||= Date.now()
    const toRest = restingSince + restsFor - Date.now()
    if (toRest > 0) setTimeout(answerNext, toRest)
    else if (Date.now() - clickedAt >= begunWithin) while (waiting.length && !answered(waiting[0])) waiting.shift()
  }

  // True: clicked, or to be asked again; false: it comes to nothing.
  function answered({ key, at, seen }) {
    const waited = Date.now() - at
    const button = buttonOf(key)
    if (waited > longestWait || (rulings.has(key) && seen !== session()) || button?.disabled) return false
    if (!button) return waited < drawnWithin
    waiting.shift()
    clickedAt = Date.now()
    setTimeout(answerNext, begunWithin)
    button.click()
    return true
  }

  // Before Streamlit's own listener, which answers at once or never.
  window.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase()
    if (!rulings.has(key) && !steps.has(key)) return
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing || isTyping(event)) return
    if (!isDesk() || document.querySelector("[role=dialog]")) return
    event.stopImmediatePropagation()
    event.preventDefault()
    if (event.repeat) return
    waiting.push({ key, at: Date.now(), seen: session() })
    answerNext()
  }, { capture: true })

  new MutationObserver(answerNext).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-test-script-state"],
  })
})()
