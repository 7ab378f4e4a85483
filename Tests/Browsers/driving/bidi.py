"""WebDriver BiDi: commands and events as JSON over a WebSocket. No driver program stands between."""

import itertools
import json
import threading

from websockets.sync.client import connect


class BidiError(Exception):
    """The browser refused a command; `code` is the protocol's."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


class Bidi:
    """One session. Commands wait for their answers; events go to listeners on a thread of their own."""

    def __init__(self, address):
        self._socket = connect(address, max_size=None, proxy=None, ping_interval=None)
        self._numbers = itertools.count(1)
        self._answers, self._arrived = {}, threading.Condition()
        self._listeners = {}
        self._is_open = True
        threading.Thread(target=self._read, daemon=True).start()

    def on(self, event, listener):
        self._listeners.setdefault(event, []).append(listener)

    def send(self, method, parameters=None, seconds=120):
        """One command; its result. Raises BidiError."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters or {}}))
        with self._arrived:
            if not self._arrived.wait_for(lambda: number in self._answers or not self._is_open, seconds):
                raise BidiError("timeout", method)
            if number not in self._answers:
                raise BidiError("closed", method)
            answer = self._answers.pop(number)
        if answer["type"] == "error":
            raise BidiError(answer["error"], f"{method}: {answer.get('message', '')}")
        return answer["result"]

    def _read(self):
        try:
            for text in self._socket:
                self._take(json.loads(text))
        except Exception as error:  # noqa: BLE001 - whatever ends the connection ends the session
            self.ending = error
        with self._arrived:
            self._is_open = False
            self._arrived.notify_all()

    def _take(self, message):
        if message["type"] == "event":
            for listener in self._listeners.get(message["method"], []):
                listener(message["params"])
            return
        with self._arrived:
            self._answers[message.get("id")] = message
            self._arrived.notify_all()

    def close(self):
        self._socket.close()


def local(value):
    """A JSON value as the protocol passes it to a script."""
    if value is None:
        return {"type": "null"}
    if isinstance(value, bool):
        return {"type": "boolean", "value": value}
    if isinstance(value, (int, float)):
        return {"type": "number", "value": value}
    if isinstance(value, str):
        return {"type": "string", "value": value}
    if isinstance(value, (list, tuple)):
        return {"type": "array", "value": [local(each) for each in value]}
    return {"type": "object", "value": [[key, local(each)] for key, each in value.items()]}
