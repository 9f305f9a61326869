"""Answers for the two content networks that torch-tb-profiler 0.4.3 loads scripts from.

Everything runs on this machine: a certificate of our own, and the browser is told where the two
hosts are.
"""

import http.server
import ssl
import subprocess
import threading

HOSTS = ("www.gstatic.com", "cdnjs.cloudflare.com")
# Google's charts draw the other views; the page only waits for them to be there.
CHARTS = """
const part = new Proxy(function () {}, {
  get: (target, name) => (name === Symbol.toPrimitive ? () => 0 : part),
  apply: () => part,
  construct: () => part,
});
window.google = { charts: { load: () => Promise.resolve() }, visualization: part };
"""


class Cdn:
    """An HTTPS server that gives the same scripts under whatever host it is asked for.

    Attributes:
        hosts: The rule that leads the browser here, and nowhere else.
        flags: What else the browser has to be told.
    """

    def __init__(self, folder, polyfill):
        certificate = folder / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-keyout", certificate, "-out", folder / "only.pem"],
            check=True, capture_output=True,
        )  # fmt: skip
        with certificate.open("a") as whole:
            whole.write((folder / "only.pem").read_text())
        texts = {"loader.js": CHARTS.encode(), "webcomponents.min.js": polyfill.read_bytes()}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(texts))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        port = self.server.server_address[1]
        rules = [f"MAP {host}:443 127.0.0.1:{port}" for host in HOSTS]
        self.hosts = ", ".join([*rules, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"])
        self.flags = ("--ignore-certificate-errors",)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def _handler(texts):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            text = texts.get(self.path.rpartition("/")[2], b"")
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", "text/javascript")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    return Handler
