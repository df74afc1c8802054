// Streamlit's own words in Chinese. Text is only read where Streamlit speaks itself, never where data is shown; labels
// for screen readers and tooltips are Streamlit's throughout.
(() => {
  const spoken = [
    ["[data-testid=InputInstructions]", [
      [/^Press Enter to apply$/, "按回车生效"],
      [/^Press Enter to submit form$/, "按回车提交"],
      [/^Press (.+)\+Enter to apply$/, "按 $1+回车生效"],
      [/^Press (.+)\+Enter to submit form$/, "按 $1+回车提交"],
    ]],
    ["[data-testid=stMultiSelectDropdown], [data-testid=stSelectboxVirtualDropdown]", [
      [/^No results$/, "没有符合的选项"],
      [/^Select all$/, "全选"],
      [/^Select (\d+) matches$/, "选中符合的 $1 个"],
    ]],
    ["[role=dialog]", [
      [/^Page not found$/, "没有这个页面"],
      [/^The page that you have requested does not seem to exist\..*/, "可能是网址写错了，或者您的账号不能看它。已经为您打开首页。"],
      [/^Connection error$/, "连不上看板"],
      [/^Is Streamlit still running\?.*/, "看板的服务可能停了。请让管理员重新启动，这里会自动连上。"],
      [/^Streamlit server is not responding\..*/, "看板的服务没有应答。请检查网络；服务恢复后这里会自动连上。"],
      [/^Cannot connect to Streamlit.*/, "看板拒绝了连接。请刷新本页；还不行就告诉管理员。"],
      [/^streamlit run yourscript\.py$/, "qa-checker dashboard"],
    ]],
    ["[data-testid=stConnectionStatus], [data-testid=stStatusWidget], [data-testid=stTooltipContent]", [
      [/^Connecting$/, "正在连接"],
      [/^Connecting to Streamlit server$/, "正在连接看板的服务"],
      [/^Error$/, "连不上"],
      [/^Unable to connect to Streamlit server$/, "连不上看板的服务"],
      [/^Copied$/, "已复制"],
      [/^Fullscreen$/, "全屏"],
      [/^Close fullscreen$/, "退出全屏"],
      [/^Copy to clipboard$/, "复制"],
    ]],
    ["[data-testid=stToast]", [[/^view more$/, "展开"], [/^view less$/, "收起"]]],
    ["[data-testid=stSkipToContent]", [[/^Skip to main content$/, "跳到正文"]]],
    ["[data-testid=stDownloadButtonError]", [[/.+/, "没有下载成功：请再点一次；还不行就刷新本页。"]]],
  ]
  const labels = [
    [/^Help for (.+)$/, "$1：说明"],
    [/^Help$/, "说明"],
    [/^Open$/, "展开选项"],
    [/^Close$/, "关闭"],
    [/^Dismiss$/, "关闭"],
    [/^Remove (.+)$/, "去掉 $1"],
    [/^Clear all$/, "全部清除"],
    [/^Clear value$/, "清除"],
    [/^Choose an option$/, "选一项"],
    [/^Choose options$/, "选几项"],
    [/^Choose date range(.*)$/, "选日期$1"],
    [/^Previous month$/, "上个月"],
    [/^Next month$/, "下个月"],
    [/^year, (.+) start date$/, "$1，开始的年"],
    [/^month, (.+) start date$/, "$1，开始的月"],
    [/^day, (.+) start date$/, "$1，开始的日"],
    [/^year, (.+) end date$/, "$1，结束的年"],
    [/^month, (.+) end date$/, "$1，结束的月"],
    [/^day, (.+) end date$/, "$1，结束的日"],
    [/^(.+) start date$/, "$1，开始"],
    [/^(.+) end date$/, "$1，结束"],
    [/^(.+) — start$/, "$1：最低"],
    [/^(.+) — end$/, "$1：最高"],
    [/^Decrement$/, "减一"],
    [/^Increment$/, "加一"],
    [/^Pagination$/, "翻页"],
    [/^Previous page$/, "上一页"],
    [/^Next page$/, "下一页"],
    [/^Page (\d+)$/, "第 $1 页"],
    [/^Show password$/, "显示密码"],
    [/^Hide password$/, "隐藏密码"],
    [/^Sidebar$/, "菜单"],
    [/^App pages$/, "页面"],
    [/^Collapse sidebar$/, "收起菜单"],
    [/^Expand sidebar$/, "展开菜单"],
    [/^Shortcut (.+)$/, "快捷键 $1"],
    [/^Fullscreen(.*)$/, "全屏$1"],
    [/^Close fullscreen(.*)$/, "退出全屏$1"],
    [/^Copy to clipboard$/, "复制"],
    [/^Running\.\.\.$/, "正在更新"],
    [/^Stop$/, "停止"],
  ]
  const attributes = ["aria-label", "placeholder", "title"]

  function inChinese(words, phrases) {
    const found = phrases.find(([english]) => english.test(words))
    return found ? words.replace(...found) : words
  }

  function sayText(node) {
    const words = node.data.trim()
    if (!/[A-Za-z]{3}/.test(words)) return
    const place = spoken.find(([where]) => node.parentElement?.closest(where))
    const ours = place ? inChinese(words, place[1]) : words
    if (ours !== words) node.data = ours
  }

  function sayLabels(element) {
    for (const name of attributes) {
      const words = element.getAttribute(name)
      const ours = words && inChinese(words, labels)
      if (ours && ours !== words) element.setAttribute(name, ours)
    }
  }

  function sayAll(root) {
    if (root.nodeType === Node.TEXT_NODE) return sayText(root)
    if (root.nodeType !== Node.ELEMENT_NODE) return
    sayLabels(root)
    for (const element of root.querySelectorAll(attributes.map((name) => `[${name}]`).join())) sayLabels(element)
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) sayText(texts.currentNode)
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(sayAll)
      else if (change.type === "characterData") sayText(change.target)
      else sayLabels(change.target)
    }
  }).observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: attributes,
  })
  sayAll(document.body)
})()
