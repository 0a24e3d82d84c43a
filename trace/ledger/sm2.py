"""SM2 with SM3 (GB/T 32918.2, GB/T 32905) through the system's OpenSSL 3, by ctypes.

`cryptography` has no SM2. Off unless an installation enables the algorithm; then a missing libcrypto is
refused clearly. Signatures are r ‖ s, 64 bytes; the signer id takes part in what is signed and travels in the
JWK as `uid` (GM/T 0009-2012 default below).
"""

from __future__ import annotations

import ctypes
from ctypes import c_char_p, c_int, c_long, c_size_t, c_void_p
from functools import lru_cache
from typing import Self

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from trace.errors import AlgorithmUnavailable, KeyFileUnreadable, KeyMalformed
from trace.ledger.canonical import b64u
from trace.ledger.jwk import SM2
from trace.ledger.key_encryption import encrypted

DEFAULT_UID = "1234567812345678"
LIBRARY = "libcrypto.so.3"
# SubjectPublicKeyInfo of an uncompressed point: id-ecPublicKey with the curve 1.2.156.10197.1.301.
_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")

_POINTER_FUNCTIONS: dict[str, tuple[type, ...]] = {
    "EVP_sm3": (),
    "EVP_MD_CTX_new": (),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, c_char_p, c_char_p),
    "BIO_new_mem_buf": (c_char_p, c_int),
    "BIO_s_mem": (),
    "BIO_new": (c_void_p,),
    "PEM_read_bio_PrivateKey": (c_void_p, c_void_p, c_void_p, c_char_p),
    "d2i_PUBKEY": (c_void_p, c_void_p, c_long),
}
_STATUS_FUNCTIONS: dict[str, tuple[type, ...]] = {
    "EVP_PKEY_keygen_init": (c_void_p,),
    "EVP_PKEY_generate": (c_void_p, c_void_p),
    "EVP_PKEY_is_a": (c_void_p, c_char_p),
    "EVP_PKEY_CTX_set1_id": (c_void_p, c_char_p, c_int),
    "EVP_DigestSignInit": (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p),
    "EVP_DigestSign": (c_void_p, c_void_p, c_void_p, c_char_p, c_size_t),
    "EVP_DigestVerifyInit": (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p),
    "EVP_DigestVerify": (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t),
    "PEM_write_bio_PKCS8PrivateKey": (c_void_p, c_void_p, c_void_p, c_char_p, c_int, c_void_p, c_void_p),
    "BIO_read": (c_void_p, c_void_p, c_int),
    "i2d_PUBKEY": (c_void_p, c_void_p),
}
_FREE_FUNCTIONS = ("EVP_MD_CTX_free", "EVP_PKEY_CTX_free", "EVP_PKEY_free", "BIO_free", "ERR_clear_error")


@lru_cache(maxsize=2)
def load_library(name: str = LIBRARY) -> ctypes.CDLL:
    """Return libcrypto with its functions typed; raises `AlgorithmUnavailable`."""
    try:
        library = ctypes.CDLL(name)
        for function, arguments in _POINTER_FUNCTIONS.items():
            found = getattr(library, function)
            found.restype, found.argtypes = c_void_p, arguments
        for function, arguments in _STATUS_FUNCTIONS.items():
            found = getattr(library, function)
            found.restype, found.argtypes = c_int, arguments
        for function in _FREE_FUNCTIONS:
            found = getattr(library, function)
            found.restype, found.argtypes = None, () if function == "ERR_clear_error" else (c_void_p,)
    except (OSError, AttributeError) as error:
        raise AlgorithmUnavailable(alg=SM2) from error
    return library


class _Key:
    """An owned EVP_PKEY."""

    def __init__(self, library: ctypes.CDLL, pointer: int | None) -> None:
        if not pointer:
            library.ERR_clear_error()
            raise KeyMalformed(reason="not-on-curve")
        self._library = library
        self.pointer = pointer

    def __del__(self) -> None:
        library = getattr(self, "_library", None)
        if library is not None:
            library.EVP_PKEY_free(self.pointer)


class Sm2Signer:
    """A private SM2 key."""

    def __init__(self, key: _Key, uid: str) -> None:
        self._library = load_library()
        self._key = key
        self._uid = uid

    @classmethod
    def generate(cls, uid: str = DEFAULT_UID) -> Self:
        library = load_library()
        context = library.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        made = c_void_p()
        library.EVP_PKEY_keygen_init(context)
        library.EVP_PKEY_generate(context, ctypes.byref(made))
        library.EVP_PKEY_CTX_free(context)
        return cls(_Key(library, made.value), uid)

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None, uid: str = DEFAULT_UID) -> Self:
        """Open a PKCS#8 file; raises `KeyFileUnreadable`."""
        library = load_library()
        source = library.BIO_new_mem_buf(pem, len(pem))
        # An empty password, never None: without one OpenSSL would ask at the terminal.
        pointer = library.PEM_read_bio_PrivateKey(source, None, None, password or b"")
        library.BIO_free(source)
        if not pointer:
            library.ERR_clear_error()
            raise KeyFileUnreadable(reason="wrong-form-or-password")
        key = _Key(library, pointer)
        if not library.EVP_PKEY_is_a(key.pointer, b"SM2"):
            raise KeyFileUnreadable(reason="other-algorithm")
        return cls(key, uid)

    def sign(self, message: bytes) -> bytes:
        library, uid = self._library, self._uid.encode()
        context, inner = library.EVP_MD_CTX_new(), c_void_p()
        signature = ctypes.create_string_buffer(80)
        length = c_size_t(len(signature))
        done = (
            library.EVP_DigestSignInit(
                context, ctypes.byref(inner), library.EVP_sm3(), None, self._key.pointer
            )
            == 1
            and library.EVP_PKEY_CTX_set1_id(inner, uid, len(uid)) == 1
            and library.EVP_DigestSign(context, signature, ctypes.byref(length), message, len(message)) == 1
        )
        library.EVP_MD_CTX_free(context)
        if not done:
            library.ERR_clear_error()
            raise KeyMalformed(reason="signer-id")
        r, s = decode_dss_signature(signature.raw[: length.value])
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def jwk(self) -> dict[str, str]:
        out = ctypes.create_string_buffer(200)
        cursor = c_void_p(ctypes.addressof(out))
        length = self._library.i2d_PUBKEY(self._key.pointer, ctypes.byref(cursor))
        encoded = out.raw[: max(length, 0)]
        if len(encoded) != len(_SPKI) + 64 or not encoded.startswith(_SPKI):
            raise KeyFileUnreadable(reason="compressed-point")
        point = encoded[-64:]
        return {"crv": "SM2", "kty": "EC", "uid": self._uid, "x": b64u(point[:32]), "y": b64u(point[32:])}

    def pem(self, password: bytes | None) -> bytes:
        library = self._library
        sink = library.BIO_new(library.BIO_s_mem())
        library.PEM_write_bio_PKCS8PrivateKey(sink, self._key.pointer, None, None, 0, None, None)
        out = ctypes.create_string_buffer(4096)
        length = library.BIO_read(sink, out, len(out))
        library.BIO_free(sink)
        plain = out.raw[: max(length, 0)]
        return encrypted(plain, password) if password else plain


class Sm2Verifier:
    """A public SM2 key with its signer id."""

    def __init__(self, x: bytes, y: bytes, uid: str) -> None:
        self._library = load_library()
        encoded = _SPKI + x + y
        source = ctypes.create_string_buffer(encoded, len(encoded))
        cursor = c_void_p(ctypes.addressof(source))
        pointer = self._library.d2i_PUBKEY(None, ctypes.byref(cursor), len(encoded))
        self._key = _Key(self._library, pointer)
        self._uid = uid.encode()

    def holds(self, signature: bytes, message: bytes) -> bool:
        library = self._library
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        encoded = encode_dss_signature(r, s)
        context, inner = library.EVP_MD_CTX_new(), c_void_p()
        done = (
            library.EVP_DigestVerifyInit(
                context, ctypes.byref(inner), library.EVP_sm3(), None, self._key.pointer
            )
            == 1
            and library.EVP_PKEY_CTX_set1_id(inner, self._uid, len(self._uid)) == 1
            and library.EVP_DigestVerify(context, encoded, len(encoded), message, len(message)) == 1
        )
        library.EVP_MD_CTX_free(context)
        library.ERR_clear_error()
        return bool(done)
