"""QR pictures."""

import io

import qrcode


def draw(text: str) -> str:
    """A QR code in half blocks, for a terminal with light letters on dark ground; a camera reads it either way."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, border=2)
    code.add_data(text)
    out = io.StringIO()
    code.print_ascii(out, invert=True)
    return out.getvalue()
