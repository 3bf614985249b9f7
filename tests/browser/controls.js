() => {
  // Every control that can be reached now, with a number by which it is found again.
  const shown = e => {
    const r = e.getBoundingClientRect()
    return r.width > 0 && r.height > 0 && getComputedStyle(e).visibility !== 'hidden' && !e.closest('[inert], [aria-hidden=true]')
  }
  const words = e => {
    const copy = e.cloneNode(true)
    copy.querySelectorAll('[data-testid=stIconMaterial], [translate=no], svg').forEach(icon => icon.remove())
    return (copy.textContent || '').replace(/\s+/g, ' ').trim()
  }
  const within = (e, id) => e.closest(`[data-testid=${id}]`)
  const noun = location.pathname.replace(/\/$/, '').split('/').pop() || 'overview'
  const dialogs = [...document.querySelectorAll('[role=dialog]')].filter(e => shown(e) && !within(e, 'stPopoverBody') && !e.matches('[data-testid=stPopoverBody]'))
  const top = [...document.querySelectorAll('[data-testid=stMenuButtonBody]')].filter(shown).pop()
    || [...document.querySelectorAll('[data-testid=stPopoverBody]')].filter(shown).pop() || dialogs.pop()
  const root = top || document
  const place = !top ? noun : top.matches('[data-testid=stMenuButtonBody]') ? 'menu'
    : top.matches('[data-testid=stPopoverBody]') ? 'popover' : 'dialog'
  const label = (e, id) => {
    const named = e.getAttribute('aria-label')
    if (named) return named.replace(/\s+/g, ' ').trim()
    const holder = within(e, id)
    const label = holder && holder.querySelector('[data-testid=stWidgetLabel]')
    return label ? words(label) : words(e)
  }
  const rules = [
    ['[data-testid=stTopNavLink]', 'nav', e => words(e), () => ''],
    ['[data-testid=stMenuButtonBody] [role=menuitem], [data-testid=stMenuButtonBody] [role=option], [data-testid=stMenuButtonBody] button', 'item', e => words(e), () => ''],
    ['[data-testid=stMenuButton] button', 'menu', e => words(e), () => ''],
    ['[data-testid=stPopoverButton]', 'popover', e => words(e), () => ''],
    ['[data-testid=stDownloadButton] button', 'download', e => words(e), () => ''],
    ['[data-testid=stPageLink] a, [data-testid=stLinkButton] a', 'link', e => words(e), () => ''],
    ['[data-testid=stMarkdownContainer] a', 'link', e => words(e), () => ''],
    ['[data-testid=stButton] button, [data-testid=stFormSubmitButton] button', 'button', e => words(e), () => ''],
    ['[role=dialog] > button[aria-label=Close]', 'button', () => 'Close', () => ''],
    ['[data-testid=stButtonGroup] [role=radio]', 'choice', e => words(e), e => e.getAttribute('aria-checked') === 'true' ? words(e) : ''],
    ['[data-testid=stButtonGroup] button:not([role=radio])', 'pill', e => words(e), () => ''],
    ['[data-testid=stSelectbox] input', 'select', e => label(e, 'stSelectbox'), e => e.value],
    ['[data-testid=stMultiSelect] input', 'several', e => label(e, 'stMultiSelect'), () => ''],
    ['[data-testid=stTextInput] input', 'text', e => label(e, 'stTextInput'), e => e.value],
    ['[data-testid=stTextArea] textarea', 'text', e => label(e, 'stTextArea'), e => 'area:' + e.value],
    ['[data-testid=stNumberInput] input', 'number', e => label(e, 'stNumberInput'), e => e.value],
    ['[data-testid=stCheckbox] input', 'toggle', e => label(e, 'stCheckbox'), e => String(e.checked)],
    ['[data-testid=stRadioOption]', 'radio', e => words(e), e => String(e.querySelector('input').checked)],
    ['[data-testid=stTab], [role=tab]', 'tab', e => words(e), e => e.getAttribute('aria-selected') === 'true' ? words(e) : ''],
    ['[data-testid=stExpander] summary', 'expander', e => words(e), () => ''],
    ['[data-testid=stPagination] button', 'pager', e => label(e, 'stPagination'), () => ''],
    ['[data-testid=stSlider] [role=slider], [data-testid=stSlider] input', 'slider', e => label(e, 'stSlider'), e => e.getAttribute('aria-valuetext') || e.value || ''],
    ['[data-testid=stDataFrame] canvas[data-testid=data-grid-canvas]', 'grid', e => e.getAttribute('aria-label') || '', () => ''],
    ['[data-testid=stFileUploader] input', 'upload', () => 'file', () => ''],
    ['[data-testid=stVegaLiteChart]', 'chart', () => 'chart', () => ''],
  ]
  document.querySelectorAll('[data-walk]').forEach(e => e.removeAttribute('data-walk'))
  const found = []
  for (const [selector, kind, named, value] of rules) {
    for (const e of root.querySelectorAll(selector)) {
      if (e.hasAttribute('data-walk') || !shown(e)) continue
      if (e.getAttribute('aria-label') === 'Help' || within(e, 'stTooltipIcon')) continue
      e.setAttribute('data-walk', found.length)
      found.push({
        place: kind === 'nav' ? 'any' : place, kind, label: named(e), value: value(e), number: found.length,
        disabled: e.disabled === true || e.getAttribute('aria-disabled') === 'true' || e.ariaCurrent === 'page' && kind === 'pager',
      })
    }
  }
  // Whatever else can be pressed is no help and no part of a control above: the table has to know it.
  for (const e of root.querySelectorAll('[data-testid=stMain] button, [data-testid=stMain] input, [role=dialog] button')) {
    if (e.hasAttribute('data-walk') || !shown(e) || e.closest('[data-walk]')) continue
    const parts = 'stTooltipIcon stElementToolbar stSelectbox stMultiSelect stTextInput stNumberInput stDataFrame stCode stFileUploader stVegaLiteChart stPagination stFullScreenFrame stSlider'
    if (parts.split(' ').some(part => within(e, part)) || e.type === 'file') continue
    found.push({ place, kind: 'unknown', label: words(e) || e.getAttribute('aria-label') || e.outerHTML.slice(0, 80), value: '', number: -1, disabled: true })
  }
  return found
}
