"""An SMTP server that is not ours (aiosmtpd). Prints each mail it takes as one line of JSON.

Arguments: a JSON object with "port", "security" (none, starttls, tls), "certificate" and "key" (files), "user" and
"password" (asked for when not empty), "refuse" (an address that has no mailbox here). Prints "ready" when it listens, and
ends when standard input ends, so that it never outlives the test that started it.
"""

import email.policy
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

WISH = json.loads(sys.argv[1])


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == WISH["refuse"]:
            return "550 5.1.1 there is no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
        said = {
            "from": str(message["From"]),
            "to": envelope.rcpt_tos,
            "subject": str(message["Subject"]),
            "id": str(message["Message-ID"]),
            "kind": message.get_content_type(),
            "text": parts.get("text/plain", ""),
            "html": parts.get("text/html", ""),
            "tls": session.ssl is not None or WISH["security"] == "tls",
            "user": getattr(session, "rs_user", ""),
        }
        print(json.dumps(said), flush=True)
        return "250 taken"


def check(server, session, envelope, mechanism, data):
    good = data.login.decode() == WISH["user"] and data.password.decode() == WISH["password"]
    if good:
        session.rs_user = WISH["user"]
    return AuthResult(success=good)


def main():
    context = None
    if WISH["security"] != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(WISH["certificate"], WISH["key"])
    settings = {"hostname": "127.0.0.1", "port": WISH["port"]}
    if WISH["security"] == "starttls":
        settings |= {"tls_context": context, "require_starttls": True}
    if WISH["security"] == "tls":
        settings |= {"ssl_context": context}
    if WISH["user"]:
        asks_over_tls = WISH["security"] == "starttls"
        settings |= {"authenticator": check, "auth_required": True, "auth_require_tls": asks_over_tls}
    controller = Controller(Mailbox(), **settings)
    controller.start()
    print("ready", flush=True)
    sys.stdin.read()
    controller.stop()


main()
