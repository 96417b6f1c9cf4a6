"""What the system says of the network: whether each byte is paid for."""

from __future__ import annotations


def is_metered() -> bool:
    """Whether the connection is metered; False where the system does not tell. For the GUI thread."""
    from PySide6.QtNetwork import QNetworkInformation  # first asked after a refresh, long after the start

    if not QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Metered):
        return False
    return bool(QNetworkInformation.instance().isMetered())
