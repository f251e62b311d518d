"""The engines under contract, each with the peer it talks to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from pipeline.engines.base import Engine
from pipeline.engines.deepl import DeepL
from pipeline.engines.google import Google
from pipeline.engines.libre import Libre
from pipeline.engines.llm import LLM
from pipeline.engines.microsoft import Microsoft
from pipeline.engines.mymemory import MyMemory
from pipeline.engines.papago import Papago
from pipeline.engines.pseudo import Pseudo
from tests.peers.base import Peer
from tests.peers.deepl import DeepLPeer
from tests.peers.google import GooglePeer
from tests.peers.libretranslate import LibreTranslatePeer
from tests.peers.llm import LLMPeer
from tests.peers.microsoft import MicrosoftPeer
from tests.peers.mymemory import MyMemoryPeer
from tests.peers.papago import PapagoPeer

KEY = "secret-key-4711"


@dataclass(frozen=True)
class Remote:
    """An engine over the network: its peer, and how to point it at an address."""

    peer: Peer
    at: Callable[[str], Engine]

    @property
    def engine(self) -> Engine:
        return self.at(self.peer.url)


REMOTES: dict[str, tuple[Callable[[], Peer], Callable[[str], Engine]]] = {
    "deepl": (lambda: DeepLPeer(KEY), lambda url: DeepL(KEY, url)),
    "libre": (lambda: LibreTranslatePeer(api_key=KEY), lambda url: Libre(url, KEY)),
    "llm": (lambda: LLMPeer(KEY), lambda url: LLM(url + "/v1", "a-model", KEY)),
    "papago": (lambda: PapagoPeer("id", KEY), lambda url: Papago("id", KEY, url)),
    "microsoft": (lambda: MicrosoftPeer(KEY), lambda url: Microsoft(KEY, "koreacentral", url)),
    "mymemory": (MyMemoryPeer, lambda url: MyMemory(url=url)),
    "google": (GooglePeer, lambda url: Google(url + "/m")),
}


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The peers are on this machine, whatever proxy the environment names."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=sorted(REMOTES))
def remote(request: pytest.FixtureRequest) -> Iterator[Remote]:
    make_peer, at = REMOTES[request.param]
    with make_peer() as peer:
        yield Remote(peer, at)


@pytest.fixture(params=[*sorted(REMOTES), "pseudo"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "pseudo":
        yield Pseudo()
        return
    make_peer, at = REMOTES[request.param]
    with make_peer() as peer:
        yield at(peer.url)


@pytest.fixture
def libre() -> Iterator[LibreTranslatePeer]:
    with LibreTranslatePeer() as peer:
        yield peer


@pytest.fixture
def deepl() -> Iterator[DeepLPeer]:
    with DeepLPeer(KEY) as peer:
        yield peer


@pytest.fixture
def model() -> Iterator[LLMPeer]:
    with LLMPeer(KEY) as peer:
        yield peer


@pytest.fixture
def google() -> Iterator[GooglePeer]:
    with GooglePeer() as peer:
        yield peer
