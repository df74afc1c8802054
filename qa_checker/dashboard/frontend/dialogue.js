// The conversations beside a rule, with the words it quotes marked. Every text is set as textContent.

function element(tag, classes, text) {
  const node = document.createElement(tag)
  if (classes) node.className = classes
  if (text !== undefined && text !== null) node.textContent = text
  return node
}

function drawLine(line) {
  const row = element("div", "line")
  const said = element("span", "said")
  for (const piece of line.pieces) said.append(element(piece.marked ? "mark" : "span", "", piece.text))
  row.append(element("span", `who ${line.side}`, line.who), said)
  return row
}

function drawExample(example) {
  const box = element("section", `example ${example.tone}`)
  box.append(element("h4", "", example.name), ...example.lines.map(drawLine))
  return box
}

export default function ({ data, parentElement }) {
  parentElement.querySelector("#dialogue").replaceChildren(...data.examples.map(drawExample))
}
