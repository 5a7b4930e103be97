"""A receiver of webhooks that is not ours: the verifier is the reference library of Standard Webhooks.

Prints its port, then each message it hears as one line of JSON: "path", "headers", "body", and the "verdict" of the
library: "good", or why not. A message whose id was taken before is a replay, as the specification has it.

Paths: /take answers 204 when the verdict is good, else 401; /fails-once/… answers 500 the first time; /redirects leads to
/trap; /hangs never answers.

Standard input: lines of JSON. {"secret": "whsec_…"} is what messages are verified with. {"again": N, "how": HOW} verifies
the N-th message once more and prints {"verdict": …}: HOW is "same", "altered" (another body), "forged" (another time in its
header) or "later" (six minutes later, never seen before). Ends when standard input ends, so that it never outlives the test.
"""

import datetime
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import standardwebhooks.webhooks as library

HEARD = []
TAKEN = set()
FAILED = set()
STATE = {"secret": None}
LOCK = threading.Lock()
REAL = datetime.datetime


class Later(REAL):
    @classmethod
    def now(cls, tz=None):
        return REAL.now(tz) + datetime.timedelta(minutes=6)


def say(what):
    print(json.dumps(what), flush=True)


def verdict(headers, body, forget=False):
    try:
        library.Webhook(STATE["secret"]).verify(body, headers)
    except library.WebhookVerificationError as error:
        return str(error)
    message_id = headers["webhook-id"]
    if message_id in TAKEN and not forget:
        return "replayed"
    TAKEN.add(message_id)
    return "good"


def once_more(message, how):
    headers, body = dict(message["headers"]), message["body"]
    if how == "altered":
        body = body.replace('"type"', '"Type"')
    if how == "forged":
        headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)
    if how == "later":
        library.datetime = Later
    try:
        return verdict(headers, body, forget=how != "same")
    finally:
        library.datetime = REAL


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        message = {"path": self.path, "headers": headers, "body": body}
        with LOCK:
            fails = self.path.startswith("/fails-once") and self.path not in FAILED
            FAILED.add(self.path)
            judged = "not looked at" if fails or self.path in ("/hangs", "/redirects") else verdict(headers, body)
            HEARD.append(message)
            say(message | {"verdict": judged})
        if self.path == "/hangs":
            self.rfile.read(1)  # ends when the sender gives up
            return
        if self.path == "/redirects":
            self.send_response(302)
            self.send_header("location", "/trap")
        else:
            self.send_response(500 if fails else 204 if judged == "good" else 401)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say({"port": server.server_address[1]})
    for line in sys.stdin:
        wish = json.loads(line)
        with LOCK:
            if "secret" in wish:
                STATE["secret"] = wish["secret"]
                say({"verdict": "known"})
            else:
                say({"verdict": once_more(HEARD[wish["again"]], wish["how"])})


main()
