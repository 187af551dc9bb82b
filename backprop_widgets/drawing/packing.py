"""Programs as few characters as may be: deflated, in base64, and unpacked by the browser that runs them. Pure."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib

UNPACKED = """const bytes = Uint8Array.from(atob("{packed}"), (byte) => byte.charCodeAt(0));
const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();"""
SCRIPT = """<script type="module">
{unpacked}
const program = Object.assign(document.createElement("script"), {{ type: "module", textContent: text }});
document.head.append(program);
program.remove();
</script>"""
MODULE = """const load = async () => {{
{unpacked}
const url = URL.createObjectURL(new Blob([text], {{ type: "text/javascript" }}));
return import(url).finally(() => URL.revokeObjectURL(url));
}};
export default {{
async render(context) {{
const {{ default: player }} = await (globalThis["{name}"] ??= load());
return player.render(context);
}},
}};
"""


def script(program: str) -> str:
    """A script element that unpacks a program and runs it: one that is allowed to run may add another."""
    return SCRIPT.format(unpacked=_unpacking(program))


def module(program: str) -> str:
    """A widget's module that unpacks its program once for a whole page, however many widgets there are."""
    name = "backprop_widgets " + hashlib.sha256(program.encode()).hexdigest()[:12]  # two versions live side by side
    return MODULE.format(unpacked=_unpacking(program), name=name)


def packed(text: str) -> str:
    """A text as the player unpacks it."""
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def program_of(text: str) -> str:
    """The program in a page, or in a widget's module."""
    found = re.search(r'atob\("([^"]+)"\)', text)
    if not found:
        raise ValueError("there is no packed program in this text")
    return zlib.decompress(base64.b64decode(found[1])).decode()


def _unpacking(program: str) -> str:
    return UNPACKED.format(packed=packed(program))
