"""Each link of the documents leads to a file or a heading; of the web's addresses only the form is checked."""

from urllib.parse import urlsplit

from tests.python.docs.documents import anchors, each


def test_each_link_leads_somewhere() -> None:
    dead, followed = [], 0
    for place, token in each("link_open", "image"):
        link = str(token.attrs.get("href") or token.attrs.get("src"))
        address = urlsplit(link)
        followed += 1
        if address.scheme or address.netloc:
            is_dead = address.scheme not in ("https", "mailto") or (
                "." not in address.netloc and address.scheme == "https"
            )
        else:
            target = (place.path.parent / address.path).resolve() if address.path else place.path
            is_dead = not target.exists() or bool(address.fragment and address.fragment not in anchors(target))
        if is_dead:
            dead.append(f"{place}: {link}")
    assert followed > 50
    assert dead == []
