"""The first start of a library receives those that come after it: one line each, bounded in size and time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from reader.ui.instance import LIMIT_BYTES, TAKEN, Seat, unpacked

#: Whoever connects and says nothing is let go after this long.
_IDLE_MS = 5000


class Reception(QObject):
    """Listens where later starts look. It stands until the seat is left.

    Raises:
        OSError: nothing can be listened on.
    """

    #: A ``Request``.
    came = Signal(object)

    def __init__(self, seat: Seat, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seat = seat
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(seat.place.socket)  # of one that crashed: the seat is ours, so nobody listens there
        if not self._server.listen(seat.place.socket):
            raise OSError(self._server.errorString())
        if os.path.exists(seat.place.socket):
            os.chmod(seat.place.socket, 0o600)
        self._server.newConnection.connect(self._receive)
        seat.ready()

    def close(self) -> None:
        """Receive nobody any more."""
        self._server.close()
        with contextlib.suppress(OSError):
            os.unlink(self._seat.place.socket)

    def _receive(self) -> None:
        while self._server.hasPendingConnections():
            _Caller(self._server.nextPendingConnection(), self._hear, self)

    def _hear(self, line: bytes) -> None:
        request = unpacked(line)
        if request is not None:
            QTimer.singleShot(0, self, lambda: self.came.emit(request))


class _Caller(QObject):
    """One connection: a line is read and acknowledged; what is longer, or never ends, is cut off."""

    def __init__(self, socket: QLocalSocket, hear: Callable[[bytes], None], parent: QObject) -> None:
        super().__init__(parent)
        self._socket, self._hear, self._heard = socket, hear, False
        socket.setParent(self)
        socket.setReadBufferSize(LIMIT_BYTES + 1)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self.deleteLater)
        QTimer.singleShot(_IDLE_MS, self, socket.abort)
        self._read()

    def _read(self) -> None:
        if self._heard:
            return
        if self._socket.canReadLine():
            self._heard = True
            self._hear(bytes(self._socket.readLine(LIMIT_BYTES + 1).data()))
            self._socket.write(TAKEN)
            self._socket.disconnectFromServer()
        elif self._socket.bytesAvailable() > LIMIT_BYTES:
            self._socket.abort()
