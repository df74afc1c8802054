// Texts on the page whose contrast with the ground below them is less than 4.5 to 1 (WCAG 2.2, 1.4.3); icons, which
// are letters too, disabled controls and marks of a chart are other rules' business.
() => {
  const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const rgba = (colour) => {
    pixel.clearRect(0, 0, 1, 1)
    pixel.fillStyle = colour
    pixel.fillRect(0, 0, 1, 1)
    const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data
    return [red, green, blue, alpha / 255]
  }
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3])).concat(1)
  const linear = (value) => (value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4)
  const light = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  const above = (node) => node.parentElement ?? node.getRootNode().host ?? null
  const passedBy = "svg, [data-testid=stIconMaterial], [role=img], [disabled], [aria-disabled=true], [role=slider], " +
    "[data-testid=stSliderThumbValue], [data-testid=stPaginationEllipsis], style, script"

  const poor = []
  const look = (root) => {
    const nodes = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
    while (nodes.nextNode()) {
      const node = nodes.currentNode
      if (node.shadowRoot) look(node.shadowRoot)
      const element = node.parentElement
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim() || element.closest(passedBy)) continue
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
      if (element.getBoundingClientRect().width < 2) continue
      const ink = rgba(getComputedStyle(element).color)
      const grounds = []
      for (let at = element; at; at = above(at)) {
        ink[3] *= Number(getComputedStyle(at).opacity)
        grounds.push(rgba(getComputedStyle(at).backgroundColor))
      }
      const ground = grounds.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1])
      const [brighter, darker] = [light(over(ink, ground)), light(ground)].sort((a, b) => b - a)
      const ratio = (brighter + 0.05) / (darker + 0.05)
      if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${node.data.trim().slice(0, 20)}`)
    }
  }
  look(document.body)
  return poor
}
