// A table whose rows open something: figures align, a click or Enter on a row tells Python, so does one on a heading.
// Every text is set as textContent: what a customer typed is never read as markup.

function element(tag, classes, text) {
  const node = document.createElement(tag)
  if (classes) node.className = classes
  if (text !== undefined && text !== null) node.textContent = text
  return node
}

function drawWords(cell) {
  const words = element("span", "words", cell.text ?? cell)
  words.title = cell.title ?? ""
  return words
}

const drawCell = {
  text: drawWords,
  strong: drawWords,
  long: drawWords,
  score: (cell) => {
    const box = element("span", "score")
    const track = element("span", "track")
    const fill = element("span", `fill ${cell.tone}`)
    fill.style.width = `${cell.share * 100}%`
    track.append(fill)
    box.append(track, element("span", `figure ${cell.tone}`, cell.text))
    return box
  },
  interval: (cell) => {
    const box = element("span", "interval")
    const track = element("span", "axis")
    if (cell.mean !== null) {
      const whisker = element("span", "whisker")
      whisker.style.left = `${cell.low * 100}%`
      whisker.style.width = `${(cell.high - cell.low) * 100}%`
      const dot = element("span", "dot")
      dot.style.left = `${cell.mean * 100}%`
      track.append(whisker, dot)
    }
    box.append(track, element("span", "figure", cell.text), element("span", "margin", cell.margin))
    return box
  },
  tags: (cell) => {
    const box = element("span", "list")
    for (const tag of cell) box.append(element("span", `tag ${tag.tone}`, tag.text))
    box.title = cell.map((tag) => tag.text).join("、")
    return box
  },
}

const placeClass = (column) => `${column.align} is-${column.kind} ${column.roomy ? "roomy" : ""}`

function drawHeading(column, sorted, setTriggerValue) {
  const heading = element("th", placeClass(column))
  heading.scope = "col"
  if (column.help) heading.title = column.help
  if (!column.sortable) {
    heading.append(element("span", column.help ? "explained" : "", column.label))
    return heading
  }
  const isSorted = sorted && sorted.key === column.key
  const arrow = isSorted ? (sorted.descending ? " ↓" : " ↑") : ""
  const button = element("button", isSorted ? "sorted" : "", column.label + arrow)
  button.type = "button"
  button.onclick = () => setTriggerValue("sorted", column.key)
  if (isSorted) heading.ariaSort = sorted.descending ? "descending" : "ascending"
  heading.append(button)
  return heading
}

function drawRow(row, columns, opens, setTriggerValue) {
  const line = element("tr", opens ? "opens" : "")
  for (const column of columns) {
    const cell = row.cells[column.key]
    const place = element("td", placeClass(column))
    if (cell !== null && cell !== undefined) place.append(drawCell[column.kind](cell))
    line.append(place)
  }
  if (opens) {
    line.tabIndex = 0
    line.dataset.row = row.id
    line.onclick = () => setTriggerValue("opened", row.id)
    line.onkeydown = (event) => {
      if (event.key === "Enter") setTriggerValue("opened", row.id)
    }
  }
  return line
}

export default function ({ data, parentElement, setTriggerValue }) {
  const table = element("table")
  table.append(element("caption", "unseen", data.name))
  const head = element("tr")
  head.append(...data.columns.map((column) => drawHeading(column, data.sorted, setTriggerValue)))
  const top = element("thead")
  top.append(head)
  const body = element("tbody")
  body.append(...data.rows.map((row) => drawRow(row, data.columns, data.opens, setTriggerValue)))
  table.append(top, body)
  const frame = element("div", "frame")
  frame.append(table)
  parentElement.querySelector("#sheet").replaceChildren(frame)
}
