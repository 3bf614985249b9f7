// Knows when the server owes this page a run of its script. Streamlit's own state says so only once the run has begun.
(() => {
  const RERUN_SCRIPT = 0x5a, METADATA = 0x12, SCRIPT_FINISHED = 0x30, EARLY_FOR_RERUN = 2 // of BackMsg and ForwardMsg
  let asked = 0, drawn = 0
  window.owedARun = () => drawn < asked
  window.WebSocket = class extends window.WebSocket {
    constructor(...how) {
      super(...how)
      this.addEventListener('message', ({ data }) => {
        const bytes = new Uint8Array(data), answered = asked
        const [kind, status] = bytes.slice(bytes[0] === METADATA ? 2 + bytes[1] : 0)
        if (kind !== SCRIPT_FINISHED || status === EARLY_FOR_RERUN) return
        requestAnimationFrame(() => requestAnimationFrame(() => { drawn = answered }))
      })
    }
    send(data) {
      if (new Uint8Array(data)[0] === RERUN_SCRIPT) asked += 1
      super.send(data)
    }
  }
})()
