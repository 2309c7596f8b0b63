"""A digest as a mail, over SMTP (RFC 5321) with STARTTLS or TLS and a login where the server wants one."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate

from mingjing.errors import MingjingError
from mingjing.messages.news import Digest
from mingjing.messages.policy import MailServer, secret


class NotSent(MingjingError):
    """A message was not taken; the reason holds no address. Trying again later is right."""


def send(server: MailServer, to: tuple[str, ...], digest: Digest) -> int:
    """Hands the mail over; how many of the addresses the server refused. NotSent when nobody got it.

    Addresses do not see each other's: they are told to the server only. The server's certificate is checked.
    """
    mail = compose(server, digest)
    try:
        with _connected(server) as smtp:
            return len(smtp.send_message(mail, server.sender, list(to)))
    except smtplib.SMTPRecipientsRefused as wrong:
        codes = sorted({code for code, _ in wrong.recipients.values()})
        raise NotSent(f"the mail server refuses every address ({', '.join(map(str, codes))})") from None
    except smtplib.SMTPResponseException as wrong:
        raise NotSent(f"the mail server at {server.host}:{server.port} answers {wrong.smtp_code}") from None
    except smtplib.SMTPNotSupportedError:
        raise NotSent(f"the mail server at {server.host}:{server.port} knows no {_wanted(server)}") from None
    except ssl.SSLError as wrong:
        raise NotSent(f"the mail server at {server.host}:{server.port} is not to be trusted: {wrong.reason}") from None
    except (OSError, smtplib.SMTPException, ValueError) as wrong:  # ValueError: a host that cannot be one
        raise NotSent(f"no mail server at {server.host}:{server.port}: {type(wrong).__name__}") from None


def compose(server: MailServer, digest: Digest) -> EmailMessage:
    """The mail; the same digest has the same Message-ID."""
    mail = EmailMessage()
    mail["Subject"] = digest.subject
    mail["From"] = server.sender
    mail["To"] = "undisclosed-recipients:;"
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = f"<{digest.id}@{server.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail.set_content(digest.text, cte="base64")
    return mail


def _wanted(server: MailServer) -> str:
    return "STARTTLS" if server.security == "starttls" else "login of ours"


def _connected(server: MailServer) -> smtplib.SMTP:
    """A connection on which mails may be sent. The caller closes it."""
    context = ssl.create_default_context(cafile=server.ca_file or None)
    own = server.sender.rpartition("@")[2]  # else smtplib asks the DNS what this machine is called, for seconds
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, own, timeout=server.timeout_s, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, own, timeout=server.timeout_s)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, secret(server.password))
    except BaseException:
        smtp.close()
        raise
    return smtp
