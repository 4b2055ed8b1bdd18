"""``convviz lab`` as a student meets it: a process that prints an address and serves it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from jupyter_client import BlockingKernelClient

from convviz import cli
from convviz.cli import lab as command

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="needs the signals and scripts of Unix")
NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A student's folder with a notebook that sorts before all others."""
    folder = tmp_path_factory.mktemp("student")
    (folder / "00 first.ipynb").write_text(json.dumps(NOTEBOOK))
    return folder


@pytest.fixture(scope="module")
def lab(start_lab, folder):
    return start_lab("--no-browser", "--notebooks", folder).wait_until_ready()


def get(lab, path, token=True):
    """Fetch a page of a running lab; return (status, body, address after redirection)."""
    headers = {"Authorization": f"token {lab.token}"} if token else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(lab.url + path, headers=headers)) as got:
            return got.status, got.read(), got.url
    except urllib.error.HTTPError as error:
        return error.code, b"", error.url


def test_the_printed_token_opens_the_door(lab):
    assert get(lab, "/api/status")[0] == 200


def test_without_the_token_the_door_stays_shut(lab):
    assert get(lab, "/api/status", token=False)[0] == 403


def test_the_folder_served_holds_the_lectures(lab, folder):
    listing = json.loads(get(lab, "/api/contents")[1])
    assert "lectures" in {entry["name"] for entry in listing["content"]}
    assert f"JupyterLab is ready on {folder}" in lab.output


def test_a_checkout_serves_its_own_notebooks_from_any_folder(start_lab):
    lab = start_lab("--no-browser").wait_until_ready()
    notebooks = Path(cli.__file__).resolve().parents[2] / "notebooks"
    assert f"JupyterLab is ready on {notebooks}\n" in lab.output
    listing = json.loads(get(lab, "/api/contents")[1])
    visible = {path.name for path in notebooks.iterdir() if not path.name.startswith(".")}
    assert {entry["name"] for entry in listing["content"]} == visible


def test_the_first_notebook_is_the_first_document(lab):
    address = get(lab, "/")[2]
    assert address.endswith("/lab/workspaces/convviz/tree/00%20first.ipynb")
    assert "/tree/00%20first.ipynb?token=" in lab.output


def test_the_words_say_what_to_do_when_no_browser_opens(lab):
    assert "Copy the whole address, token included, into a browser" in lab.output
    port = lab.url.rpartition(":")[2]
    assert f"ssh -N -L {port}:127.0.0.1:{port} " in lab.output
    assert "--no-browser" in lab.output


def test_the_address_is_printed_once(lab):
    get(lab, "/api/status")
    assert lab.output.count("token=") == 1


@pytest.mark.skipif(not command._is_root(), reason="only root is told about root")
def test_root_is_told_and_served(lab):
    assert "Running as root" in lab.output


def test_a_taken_port_gives_way_to_the_next_and_that_is_said(start_lab, folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        lab = start_lab("--no-browser", "--notebooks", folder, "--port", port).wait_until_ready()
        assert not lab.url.endswith(f":{port}")
        assert f"Port {port} is taken: using {lab.url.rpartition(':')[2]}." in lab.output
        assert get(lab, "/api/status")[0] == 200


def test_the_kernel_is_this_python_and_options_after_the_dashes_win(start_lab, folder, tmp_path):
    # What a student may have from elsewhere: settings, and a kernel that claims the same name.
    (tmp_path / "jupyter_server_config.py").write_text("c.ServerApp.root_dir = '/'\n")
    (tmp_path / "jupyter_lab_config.py").write_text("c.LabApp.default_url = '/tree'\n")
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": ["other"], "display_name": "Other", "language": "python"}))
    lab = start_lab(
        *("--no-browser", "--notebooks", folder, "--port", "0"),
        *("--", "--LabApp.default_url=/lab/tree/lectures", "--IdentityProvider.token=abc123"),
        JUPYTER_CONFIG_DIR=tmp_path,
        JUPYTER_DATA_DIR=tmp_path,
        JUPYTER_PREFER_ENV_PATH="0",
    )
    wait_for(lambda: "Ctrl+C here" in lab.output)
    lab.url, lab.token = lab.output.split("/lab/tree/lectures")[0].split()[-1], "abc123"
    spec = json.loads(get(lab, "/api/kernelspecs")[1])["kernelspecs"]["python3"]["spec"]
    assert Path(spec["argv"][0]).parent == Path(sys.executable).parent
    assert f"JupyterLab is ready on {folder}" in lab.output
    assert get(lab, "/")[2].endswith("/lab/tree/lectures")


@UNIX
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_it_stops_with_its_kernels_and_without_a_traceback(start_lab, folder, name):
    lab = start_lab("--no-browser", "--notebooks", folder, "--port", "0").wait_until_ready()
    kernel = start_kernel(lab)
    os.kill(kernel, 0)
    assert lab.output.endswith("Ctrl+C here stops JupyterLab.\n"), "the terminal is not quiet"
    assert lab.stop(getattr(signal, name)) == 0
    assert "Traceback" not in lab.output
    assert lab.output.endswith(f"JupyterLab has stopped. Your notebooks are in {folder}\n")
    with pytest.raises(ProcessLookupError):
        os.kill(kernel, 0)
    assert not list(lab.temporary.iterdir()), "temporary settings are left behind"
    # Jupyter notes there by itself that it has looked for files of its old version.
    left = {path.name for path in lab.configuration.rglob("*")} - {"migrated"}
    assert left == set(), "the student's own configuration was written to"


def start_kernel(lab):
    """Start a kernel over the server's interface; return its process id once it answers."""
    request = urllib.request.Request(
        lab.url + "/api/kernels",
        data=b'{"name": "python3"}',
        headers={"Authorization": f"token {lab.token}"},
    )
    name = json.loads(urllib.request.urlopen(request).read())["id"]
    client = BlockingKernelClient(connection_file=str(lab.runtime / f"kernel-{name}.json"))
    client.load_connection_file()
    client.start_channels()
    try:
        question = {"pid": "__import__('os').getpid()"}
        answer = client.execute("", user_expressions=question, reply=True, timeout=60)
    finally:
        client.stop_channels()
    return int(answer["content"]["user_expressions"]["pid"]["data"]["text/plain"])


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@UNIX
def test_ctrl_c_while_it_is_still_loading_leaves_no_traceback(start_lab, folder):
    lab = start_lab("--no-browser", "--notebooks", folder, "--port", "0")
    # Its temporary settings are there: Python is up, JupyterLab is not.
    wait_for(lambda: list(lab.temporary.iterdir()))
    assert lab.stop() == 0
    assert "Traceback" not in lab.output
    assert not list(lab.temporary.iterdir())


@UNIX
def test_the_browser_is_sent_to_the_address(start_lab, folder, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    lab = start_lab("--notebooks", folder, "--port", "0", BROWSER=browser).wait_until_ready()
    assert "If no browser opens, copy the whole address" in lab.output
    wait_for(lambda: (tmp_path / "opened").exists() and (tmp_path / "opened").read_text())
    # Jupyter hands the token over in a file that only its owner can read.
    page = (tmp_path / "opened").read_text().strip().removeprefix("file://")
    assert lab.token in Path(page).read_text()


def test_over_ssh_the_tunnel_line_has_the_servers_own_address(start_lab, folder):
    lab = start_lab(
        *("--no-browser", "--notebooks", folder, "--port", "0"),
        SSH_CONNECTION="192.0.2.7 50000 192.0.2.1 22",
    ).wait_until_ready()
    assert "@192.0.2.1\n" in lab.output


@pytest.mark.parametrize(
    ("set_to", "expected"),
    [(None, False), ("DISPLAY", True), ("WAYLAND_DISPLAY", True), ("BROWSER", True)],
)
def test_no_browser_is_tried_without_a_display(monkeypatch, set_to, expected):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    if set_to:
        monkeypatch.setenv(set_to, "something")
    monkeypatch.setattr(sys, "platform", "linux")
    assert command._has_display() is expected


def test_an_option_jupyter_rejects_is_explained(start_lab, folder):
    lab = start_lab("--no-browser", "--notebooks", folder, "--", "--ServerApp.port=many")
    assert lab.process.wait(60) == 1
    assert "expected an int, not the str 'many'" in lab.output
    assert "JupyterLab ended before it was ready (status 1); the lines above say why." in lab.output
    assert lab.output.endswith(" -m pip install --force-reinstall jupyterlab\n")


def test_a_missing_jupyterlab_is_named_with_the_command_that_installs_it(
    monkeypatch, capsys, tmp_path
):
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    assert cli.main(["lab", "--no-browser", "--notebooks", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("convviz lab: JupyterLab cannot be loaded (")
    assert f"{sys.executable} -m pip install --upgrade jupyterlab" in said


def test_copy_only_copies_and_starts_nothing(capsys, tmp_path):
    assert cli.main(["lab", "--copy-only", "--notebooks", str(tmp_path / "mine")]) == 0
    assert f"Notebooks: {tmp_path / 'mine'}\n" in capsys.readouterr().out
    assert (tmp_path / "mine").is_dir()


def test_copy_only_in_a_checkout_asks_for_a_folder(capsys):
    assert cli.main(["lab", "--copy-only"]) == 1
    assert "--copy-only has nothing to copy" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_an_error_in_words(capsys, tmp_path):
    (tmp_path / "file").touch()
    assert cli.main(["lab", "--copy-only", "--notebooks", str(tmp_path / "file")]) == 1
    assert "name a folder you may write in with --notebooks FOLDER" in capsys.readouterr().err


def test_a_stray_argument_is_answered_with_the_option_that_was_meant(capsys):
    assert cli.main(["lab", "lectures"]) == 2
    assert capsys.readouterr().err == (
        "convviz lab: unexpected argument 'lectures': a folder is named with "
        "--notebooks FOLDER, and options for JupyterLab come after --\n"
    )


@pytest.mark.parametrize("port", ["65536", "-1", "http", ""])
def test_a_port_is_a_number_a_machine_has(capsys, port):
    with pytest.raises(SystemExit) as stop:
        cli.main(["lab", f"--port={port}"])
    assert stop.value.code == 2
    assert f"{port!r} is no port: give a number from 0 to 65535" in capsys.readouterr().err


def test_the_package_runs_as_a_module_too():
    done = subprocess.run(
        [sys.executable, "-m", "convviz", "--version"], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.startswith("convviz 0.")
