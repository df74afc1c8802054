// A table whose rows open something: figures align, a click or Enter on a row tells Python, so does one on a heading.
// Where rows can be picked, what is ticked stays here until an action is taken: ticking asks nothing of the server.
// Every text is set as textContent: what a customer typed is never read as markup.

const ticksOf = new WeakMap()

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

function drawBox(tag, label) {
  const place = element(tag, "pick")
  const box = element("input")
  box.type = "checkbox"
  box.ariaLabel = label
  const around = element("label")
  around.append(box)
  place.append(around)
  place.onclick = (event) => event.stopPropagation() // a row opens by a click beside its box
  return { place, box }
}

// The bar above the table, and the boxes in it: tick some rows, all of the page, or (`whole`) all there are to pick.
function makePicking(picking, rows, ticks, setTriggerValue) {
  const boxes = new Map()
  const heading = drawBox("th", "选中本页全部会话")
  const said = element("span", "picked")
  said.role = "status"
  const actions = picking.actions.map(({ name, label }) => {
    const button = element("button", "", label)
    button.type = "button"
    button.onclick = () => setTriggerValue("acted", { action: name, rows: [...ticks.rows], whole: ticks.whole })
    return button
  })
  const bar = element("div", "bar")
  bar.append(said, ...actions)

  function show() {
    const all = ticks.rows.size === rows.length
    if (!all || !whole) ticks.whole = false
    heading.box.checked = all
    heading.box.indeterminate = ticks.rows.size > 0 && !all
    for (const [id, box] of boxes) box.checked = ticks.rows.has(id)
    const picked = `已选 ${ticks.whole ? picking.total : ticks.rows.size} 通`
    said.textContent = ticks.rows.size ? picked : "勾选会话，可以一起处理"
    for (const button of actions) button.disabled = !ticks.rows.size
    if (whole) whole.textContent = ticks.whole ? "只选本页" : `选中抽到的全部 ${picking.total} 通`
  }

  const tickAll = (on) => {
    for (const row of rows) on ? ticks.rows.add(row.id) : ticks.rows.delete(row.id)
    show()
  }
  heading.box.onchange = () => tickAll(heading.box.checked)
  const whole = picking.total > rows.length ? element("button", "plain") : null
  if (whole) {
    whole.type = "button"
    whole.onclick = () => {
      ticks.whole = !ticks.whole
      tickAll(true)
    }
    said.after(whole)
  }
  const drawPick = (row) => {
    const { place, box } = drawBox("td", `选中 ${row.name}`)
    boxes.set(row.id, box)
    box.onchange = () => {
      box.checked ? ticks.rows.add(row.id) : ticks.rows.delete(row.id)
      show()
    }
    return place
  }
  return { bar, heading: heading.place, drawPick, show }
}

function drawRow(row, index, columns, opens, drawPick, setTriggerValue) {
  const line = element("tr", opens ? "opens" : "")
  if (drawPick) line.append(drawPick(row))
  for (const column of columns) {
    const cell = row.cells[column.key]
    const place = element("td", placeClass(column))
    if (cell !== null && cell !== undefined) place.append(drawCell[column.kind](cell))
    line.append(place)
  }
  if (opens) {
    line.tabIndex = 0
    line.dataset.row = index
    line.onclick = () => setTriggerValue("opened", row.id)
    line.onkeydown = (event) => {
      if (event.key === "Enter" && event.target === line) setTriggerValue("opened", row.id)
    }
  }
  return line
}

// What was ticked before this drawing, as far as it is still there.
function ticksKept(parentElement, rows) {
  const before = ticksOf.get(parentElement) ?? { rows: new Set(), whole: false }
  const kept = { rows: new Set(rows.map((row) => row.id).filter((id) => before.rows.has(id))), whole: before.whole }
  ticksOf.set(parentElement, kept)
  return kept
}

export default function ({ data, parentElement, setTriggerValue }) {
  const picking = data.picking && makePicking(data.picking, data.rows, ticksKept(parentElement, data.rows), setTriggerValue)
  const table = element("table")
  table.append(element("caption", "unseen", data.name))
  const head = element("tr")
  if (picking) head.append(picking.heading)
  head.append(...data.columns.map((column) => drawHeading(column, data.sorted, setTriggerValue)))
  const top = element("thead")
  top.append(head)
  const body = element("tbody")
  const drawLine = (row, index) => drawRow(row, index, data.columns, data.opens, picking?.drawPick, setTriggerValue)
  body.append(...data.rows.map(drawLine))
  table.append(top, body)
  const frame = element("div", "frame")
  frame.append(table)
  picking?.show()
  parentElement.querySelector("#sheet").replaceChildren(...(picking ? [picking.bar, frame] : [frame]))
}
