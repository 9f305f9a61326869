// TensorBoard around the page tells when it has reloaded its data. Its messages are private and
// may change: without them the page looks for new reports by itself all the same.

/** Call `reloaded` when TensorBoard's own reload button is pressed. */
export function listenToHost(host, reloaded) {
  try {
    const channel = new MessageChannel();
    channel.port1.addEventListener("message", (event) => {
      const message = JSON.parse(event.data);
      if (message.isReply) return;
      if (message.type === "experimental.DataReloaded") reloaded();
      channel.port1.postMessage(
        JSON.stringify({ type: message.type, id: message.id, payload: null, error: null, isReply: true }),
      );
    });
    channel.port1.start();
    host.postMessage("experimental.bootstrap", "*", [channel.port2]);
  } catch {
    // Nothing is lost: reports are looked for every few seconds.
  }
}
