"""WeChat's JS-SDK: a page proves with a signature that it is ours.

Reading order: ``signing`` (the documented formula) → ``client`` (the two questions that WeChat is
asked) → ``keeper`` (who asks them, when, and who waits). The room knows neither the web nor the
database: ``keeper.CredentialStore`` says what it wants of the latter, ``workflows`` brings it.
"""

from services.wechat.client import WechatClient
from services.wechat.keeper import Credential, CredentialStore, TicketKeeper
from services.wechat.signing import PageSignature, PageSigner, signature

__all__ = [
    "Credential",
    "CredentialStore",
    "PageSignature",
    "PageSigner",
    "TicketKeeper",
    "WechatClient",
    "signature",
]
