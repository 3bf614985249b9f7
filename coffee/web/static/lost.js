// Streamlit tells a developer that the server is away ("Is Streamlit still running?"). This tells an organiser, in the
// same dialog, which goes by itself once the server is back. Streamlit's own words stay, unseen: React owns them.
// No tag may stand in here: st.html leaves out a script with one.
if (!window.tellsWhenLost) {
  window.tellsWhenLost = true
  const NAME = 'The dashboard cannot be reached'
  const make = (tag, inside) => {
    const made = document.createElement(tag)
    made.append(...inside)
    return made
  }
  const words = () => {
    const reload = make('a', ['reload the page'])
    reload.href = ''
    const told = make('div', [
      make('h2', [NAME]),
      make('p', [
        'What was saved is kept. The page goes on by itself once the dashboard is back; what you press until then ' +
        'does not count.',
      ]),
      make('p', [
        'If that takes more than a few minutes, ', reload, '. If that does not help, tell whoever runs this server.',
      ]),
    ])
    told.className = 'lost'
    told.setAttribute('role', 'alert')
    return told
  }
  const tell = () => {
    for (const title of document.querySelectorAll('[role=dialog] > [slot=title]')) {
      const dialog = title.parentElement
      if (title.textContent !== 'Connection error' || dialog.querySelector('.lost')) continue
      dialog.classList.add('away')
      dialog.removeAttribute('aria-labelledby')
      dialog.setAttribute('aria-label', NAME)
      dialog.append(words())
    }
  }
  new MutationObserver(tell).observe(document.body, { childList: true, subtree: true })
  tell()
}
