// Knows when the server owes this page a run of its script. Streamlit's own state says so only once the run has begun.
(() => {
  const RERUN_SCRIPT = 11, IS_AUTO_RERUN = 6 // fields of BackMsg and its ClientState
  const SCRIPT_FINISHED = 6, EARLY_FOR_RERUN = 2 // of ForwardMsg
  const field = (message, wanted) => {
    let at = 0
    const number = () => {
      let found = 0, byte
      for (let shift = 0; shift === 0 || byte > 127; shift += 7) found += ((byte = message[at++]) & 127) * 2 ** shift
      return found
    }
    while (at < message.length) {
      const tag = number(), kind = tag & 7, varint = kind === 0
      const value = varint || kind === 2 ? number() : kind === 1 ? 8 : 4 // or how long the value is
      const from = varint ? at : (at += value) - value
      if (tag >>> 3 === wanted) return varint ? value : message.subarray(from, at)
    }
  }
  let asked = 0, drawn = 0
  window.runsDrawn = () => drawn
  window.owedARun = () => drawn < asked
  window.WebSocket = class extends window.WebSocket {
    constructor(...how) {
      super(...how)
      this.addEventListener('message', ({ data }) => {
        const status = field(new Uint8Array(data), SCRIPT_FINISHED), answered = asked
        if (status === undefined || status === EARLY_FOR_RERUN) return
        // Streamlit gathers what arrives for 10 ms, and React draws it when it comes to it.
        setTimeout(() => requestIdleCallback(() => { drawn = answered }), 50)
      })
    }
    send(data) {
      // A part of the page that draws itself anew every second is no answer, and gets none once it has gone.
      const wanted = field(new Uint8Array(data), RERUN_SCRIPT)
      if (wanted && !field(wanted, IS_AUTO_RERUN)) asked += 1
      super.send(data)
    }
  }
})()
