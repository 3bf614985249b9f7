// Run once for each address it is asked for under: for another page, or when this one is to be shown from its top.
const main = document.querySelector('[data-testid=stMain]')
// In a narrow window the menu lies over the page. Streamlit closes it after a choice on phones only, elsewhere when the
// page beside it is pressed.
main.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }))
main.scrollTo(0, 0)
