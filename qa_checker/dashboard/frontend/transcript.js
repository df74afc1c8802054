// One session: chat bubbles with the quoted words marked, waits between them, verdicts beside what they quote, the
// score at the right. Every text is set as textContent: what a customer typed is never read as markup.

function element(tag, classes, text) {
  const node = document.createElement(tag)
  if (classes) node.className = classes
  if (text !== undefined && text !== null) node.textContent = text
  return node
}

function drawWait(item) {
  const row = element("div", "row")
  const line = element("div", "between")
  line.append(element("span", `pill ${item.late ? "late" : ""}`, item.text))
  row.append(line)
  return row
}

function drawText(item) {
  const bubble = element("div", "bubble")
  for (const piece of item.pieces) {
    if (!piece.verdicts.length) {
      bubble.append(document.createTextNode(piece.text))
      continue
    }
    const mark = element("mark", piece.tone, piece.text)
    mark.dataset.verdicts = piece.verdicts.join(" ")
    bubble.append(mark)
  }
  return bubble
}

function drawMessage(item, cards) {
  const row = element("div", `row ${item.side} ${cards.length ? "judged" : ""}`)
  row.dataset.seq = item.seq
  if (item.side === "centre") {
    const line = element("div", "between")
    const notice = element("span", "notice")
    notice.append(...drawText(item).childNodes)
    line.append(notice)
    row.append(line)
  } else {
    const speech = element("div", "speech")
    const face = element("span", `face ${item.role}`, item.face)
    face.ariaHidden = "true"
    const said = element("div", "said")
    said.append(element("div", "who", item.who), drawText(item))
    speech.append(face, said)
    row.append(speech)
  }
  const margin = element("div", "cards")
  margin.append(...cards)
  row.append(margin)
  return row
}

function drawLine(label, text, classes) {
  const line = element("div", `line ${classes}`)
  line.append(element("span", "label", label), element("span", "", text))
  return line
}

function drawActions(verdict, setTriggerValue) {
  const line = element("div", "actions")
  for (const offer of verdict.actions) {
    const button = element("button", offer.taken ? "taken" : "", offer.label)
    button.type = "button"
    button.ariaPressed = String(offer.taken)
    button.onclick = (event) => {
      event.stopPropagation()
      line.inert = true // one click, one decision; what came of it is drawn anew
      setTimeout(() => (line.inert = false), 1500)
      setTriggerValue("acted", { id: verdict.id, action: offer.action, seen: verdict.seen })
    }
    line.append(button)
  }
  if (verdict.state) line.append(element("span", "state", verdict.state))
  return line
}

function drawCard(verdict, setTriggerValue) {
  const card = element("section", `card ${verdict.tone}`)
  card.classList.toggle("overturned", verdict.overturned)
  card.classList.toggle("current", verdict.current)
  card.dataset.verdict = verdict.id
  const head = element("header")
  head.append(element("span", "title", verdict.title))
  head.append(element("span", "points", verdict.points))
  card.append(head)
  if (verdict.badges.length) {
    const badges = element("div", "badges")
    badges.append(...verdict.badges.map((badge) => element("span", "badge", badge)))
    card.append(badges)
  }
  card.append(element("p", "reason", verdict.reason))
  if (verdict.advice) card.append(drawLine("这样说就能通过", verdict.advice, "advice"))
  if (verdict.why || verdict.source) {
    const more = element("details")
    more.append(element("summary", "", "依据"))
    if (verdict.why) more.append(drawLine("为什么", verdict.why, ""))
    if (verdict.source) more.append(drawLine("出处", verdict.source, ""))
    card.append(more)
  }
  if (verdict.note) card.append(drawLine("复核意见", verdict.note, ""))
  if (verdict.appeal) card.append(drawLine("申诉", verdict.appeal, ""))
  if (verdict.answer) card.append(drawLine("答复", verdict.answer, ""))
  if (verdict.actions.length || verdict.state) card.append(drawActions(verdict, setTriggerValue))
  return card
}

function drawSummary(summary) {
  const aside = element("aside")
  const box = element("section", "box")
  const score = element("div", "total")
  score.append(element("span", `number ${summary.tone}`, summary.score), element("span", "unit", "分"))
  score.append(element("span", `verdict ${summary.tone}`, summary.result))
  const facts = element("dl")
  for (const [label, text] of summary.facts) facts.append(element("dt", "", label), element("dd", "", text))
  box.append(score, facts)
  aside.append(box)

  const parts = element("section", "box")
  parts.append(element("h3", "", "各项扣分"))
  if (!summary.dimensions.length) parts.append(element("p", "none", "没有扣分"))
  for (const dimension of summary.dimensions) {
    const line = element("div", "dimension")
    const track = element("span", "track")
    const fill = element("span", "fill")
    fill.style.width = `${dimension.share * 100}%`
    track.append(fill)
    line.append(element("span", "name", dimension.name), track, element("span", "lost", dimension.lost))
    parts.append(line)
  }
  aside.append(parts)

  if (summary.passes.length) {
    const kept = element("details", "box")
    kept.append(element("summary", "", `做到的 ${summary.passes.length} 项`))
    const list = element("ul")
    for (const pass of summary.passes) {
      const entry = element("li", "", pass.title)
      entry.title = pass.reason
      list.append(entry)
    }
    kept.append(list)
    aside.append(kept)
  }
  return aside
}

// Pointing at a card shows its words in the chat, pointing at words shows their cards; a click brings the words near.
function connect(root) {
  const marksOf = (id) => [...root.querySelectorAll("mark")].filter((mark) => mark.dataset.verdicts.split(" ").includes(id))
  const cardOf = (id) => root.querySelector(`[data-verdict="${CSS.escape(id)}"]`)
  const light = (nodes, on) => nodes.forEach((node) => node && node.classList.toggle("lit", on))
  for (const card of root.querySelectorAll(".card")) {
    const marks = marksOf(card.dataset.verdict)
    card.onmouseenter = () => light([card, ...marks], true)
    card.onmouseleave = () => light([card, ...marks], false)
    card.onclick = (event) => {
      if (marks.length && !event.target.closest("details, button")) marks[0].scrollIntoView({ block: "nearest", behavior: "smooth" })
    }
  }
  for (const mark of root.querySelectorAll("mark")) {
    const related = [mark, ...mark.dataset.verdicts.split(" ").map(cardOf)]
    mark.onmouseenter = () => light(related, true)
    mark.onmouseleave = () => light(related, false)
  }
}

// Words selected in a bubble can be added as something the machine missed: places are counted in code points.
function offerSelected(root, setTriggerValue) {
  const offer = element("button", "add", "补充一条")
  offer.type = "button"
  offer.hidden = true
  root.append(offer)
  const selecting = root.getRootNode().getSelection ? root.getRootNode() : document // Chromium: the shadow root
  const selection = () => selecting.getSelection()
  const lengthTo = (bubble, node, offset) => {
    const range = document.createRange()
    range.setStart(bubble, 0)
    range.setEnd(node, offset)
    return [...range.toString()].length
  }
  root.onpointerup = (event) => {
    if (event.target === offer) return
    const chosen = selection()
    const range = chosen && chosen.rangeCount && !chosen.isCollapsed ? chosen.getRangeAt(0) : null
    const bubble = range?.startContainer.parentElement?.closest(".bubble")
    if (!bubble) {
      offer.hidden = true
      return
    }
    if (!bubble.contains(range.endContainer)) range.setEnd(bubble, bubble.childNodes.length) // a triple click reaches on
    const place = {
      seq: Number(bubble.closest(".row").dataset.seq),
      start: lengthTo(bubble, range.startContainer, range.startOffset),
      end: lengthTo(bubble, range.endContainer, range.endOffset),
    }
    const words = range.getBoundingClientRect()
    const home = root.getBoundingClientRect()
    offer.style.left = `${words.left - home.left}px`
    offer.style.top = `${words.bottom - home.top + 4}px`
    offer.hidden = false
    offer.onclick = () => {
      offer.hidden = true
      setTriggerValue("selected", place)
    }
  }
}

// The verdict that A and X rule on comes into view once, when it becomes the current one.
function showCurrent(root) {
  const current = root.querySelector(".card.current")
  if (current && root.dataset.current !== current.dataset.verdict) current.scrollIntoView({ block: "nearest" })
  root.dataset.current = current ? current.dataset.verdict : ""
}

export default function ({ data, parentElement, setTriggerValue }) {
  const cardsAt = new Map()
  for (const verdict of data.verdicts) {
    const place = verdict.seq === null ? "session" : verdict.seq
    cardsAt.set(place, [...(cardsAt.get(place) ?? []), drawCard(verdict, setTriggerValue)])
  }
  const chat = element("div", "chat")
  const wholeSession = cardsAt.get("session")
  if (wholeSession) {
    const row = element("div", "row whole")
    row.append(element("div", "between"), element("div", "cards"))
    row.firstChild.append(element("span", "notice", "整场会话"))
    row.lastChild.append(...wholeSession)
    chat.append(row)
  }
  for (const item of data.items) {
    chat.append(item.kind === "wait" ? drawWait(item) : drawMessage(item, cardsAt.get(item.seq) ?? []))
  }
  const page = element("div", "page")
  page.append(chat, drawSummary(data.summary))
  const root = parentElement.querySelector("#transcript")
  root.replaceChildren(page)
  connect(root)
  if (data.selectable) offerSelected(root, setTriggerValue)
  showCurrent(root)
}
