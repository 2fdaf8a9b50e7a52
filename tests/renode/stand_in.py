# SPDX-License-Identifier: Apache-2.0
"""Speaks Renode's robot protocol and misbehaves on demand: for failure paths only. It emulates nothing."""

import os
import sys
import time
import xmlrpc.server

MANNERS = os.environ.get("STAND_IN", "")
resets_badly = ""


def run_keyword(name: str, arguments: list[str]) -> dict[str, str]:
    global resets_badly  # noqa: PLW0603
    if name == "ResetEmulation":
        if resets_badly == "dying":
            os._exit(3)
        if resets_badly == "hanging":
            time.sleep(600)
        return {"status": "PASS", "return": ""}
    command = arguments[0]
    if command.startswith("reset "):
        resets_badly = command.removeprefix("reset ")
    if name == "ExecutePython":
        return {"status": "PASS", "return": ""}
    if name != "ExecuteCommand":
        raise RuntimeError(f"no keyword {name}")
    if command == "die":
        print("last words: out of imaginary memory", flush=True)
        os._exit(3)
    if command == "hang":
        time.sleep(600)
    if command == "flood":
        for _ in range(2000):
            print("x" * 10_000)
        sys.stdout.flush()
    if command.startswith("observer Advance"):
        if MANNERS == "dies in a run":
            print("last words: the translation cache is on fire", flush=True)
            os._exit(3)
        if MANNERS == "hangs in a run":
            time.sleep(600)
        if MANNERS == "never arrives":
            return {"status": "PASS", "return": "b 1000 17\n"}
        answer = {"babbles": "whatever"}.get(MANNERS, f"e {command.split()[2]} 17")
        return {"status": "PASS", "return": answer}
    if command.startswith("observer Await"):
        return {"status": "PASS", "return": "b 1000 17\n"}
    if MANNERS == "lacks a model" and "board.resc" in command:
        words = "There was an error executing command: Error E04: Could not resolve type: 'Miscellaneous.Dwt'.\n"
        words += "At /somewhere/board.repl:21:6:\ndwt: Miscellaneous.Dwt @ sysbus 0xE0001000\n     ^^^"
        return {"status": "FAIL", "error": words}
    if command.startswith("no"):
        error = f"KeywordException: Could not execute command '{command}': No such command or device: {command}\n"
        return {"status": "FAIL", "error": error, "traceback": "at Somewhere()"}
    if command == "odd":
        return {"status": "MAYBE"}
    return {"status": "PASS", "return": f"did {command}\n"}


def main() -> None:
    if "--version" in sys.argv:
        print(os.environ.get("STAND_IN_VERSION", "Renode v1.16.1.0"))
        return
    if MANNERS == "silent":
        time.sleep(600)
    if MANNERS == "ends":
        print("Fatal error: no .NET here")
        sys.exit(7)
    server = xmlrpc.server.SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False, allow_none=True)
    server.register_function(run_keyword)
    print(
        f"00:00:00.0000 [INFO] Robot Framework remote server is listening on port {server.server_address[1]}",
        flush=True,
    )
    server.serve_forever()


main()
