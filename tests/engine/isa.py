# SPDX-License-Identifier: Apache-2.0
"""Instructions, each with what the architecture manual says it computes (ARMv7-M ARM, A7.7), and a C file that runs
them all on many inputs. Integers are unsigned 32 bits here unless `s` makes them signed."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np

M = 0xFFFFFFFF
NAN64 = 1 << 99  # no word: not compared
VALUES = (
    0, 1, 2, 7, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0x80017FFE, 0x7FFF8003, 0x00FF00FF, 0x12345678, 0xDEADBEEF,
    0x3F800000, 0xBFC00000, 0x40490FDB, 0x41200000, 0xC2F6E979, 0x4B7FFFFF, 0x33D6BF95, 0x00400000, 0xFF7FFFFF,
    0x7F800000, 0x7FC00000, 0x0000FFFF,
)  # fmt: skip


def s(value: int, bits: int = 32) -> int:
    """Return the low bits as a signed number."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def sat(value: int, bits: int) -> int:
    """Saturate to signed bits."""
    return max(-(1 << bits - 1), min((1 << bits - 1) - 1, value))


def usat(value: int, bits: int) -> int:
    """Saturate to unsigned bits."""
    return max(0, min((1 << bits) - 1, value))


def lanes(a: int, b: int, width: int, op: Callable[[int, int], int], *, signed: bool) -> int:
    """Apply an operation to each lane of two registers."""
    mask, out = (1 << width) - 1, 0
    for shift in range(0, 32, width):
        x, y = a >> shift & mask, b >> shift & mask
        out |= (op(s(x, width), s(y, width)) if signed else op(x, y)) << shift & mask << shift
    return out & M


def cross(a: int, b: int, low: Callable[[int, int], int], high: Callable[[int, int], int], *, signed: bool) -> int:
    """SASX and its family: low half of one with the high half of the other."""
    f = (lambda v: s(v, 16)) if signed else (lambda v: v)
    return (high(f(a >> 16), f(b & 0xFFFF)) & 0xFFFF) << 16 | low(f(a & 0xFFFF), f(b >> 16)) & 0xFFFF


def halves(a: int) -> tuple[int, int]:
    """Return the signed low and high half."""
    return s(a, 16), s(a >> 16, 16)


def reverse_bits(a: int) -> int:
    """RBIT."""
    return int(f"{a:032b}"[::-1], 2)


def shift_amount(b: int) -> int:
    """Return what a register shift shifts by."""
    return b & 0xFF


INTEGER: dict[str, tuple[str, Callable[[int, int], int]]] = {
    "add": ("add %0,%1,%2", lambda a, b: a + b),
    "sub": ("sub %0,%1,%2", lambda a, b: a - b),
    "rsb": ("rsb %0,%1,%2", lambda a, b: b - a) ,
    "and": ("and %0,%1,%2", lambda a, b: a & b),
    "orr": ("orr %0,%1,%2", lambda a, b: a | b),
    "orn": ("orn %0,%1,%2", lambda a, b: a | ~b),
    "eor": ("eor %0,%1,%2", lambda a, b: a ^ b),
    "bic": ("bic %0,%1,%2", lambda a, b: a & ~b),
    "mul": ("mul %0,%1,%2", lambda a, b: a * b),
    "udiv": ("udiv %0,%1,%2", lambda a, b: a // b if b else 0),
    "sdiv": ("sdiv %0,%1,%2", lambda a, b: int(abs(s(a)) // abs(s(b))) * (1 if s(a) * s(b) >= 0 else -1) if b else 0),
    "lsl": ("lsl %0,%1,%2", lambda a, b: a << shift_amount(b) if shift_amount(b) < 32 else 0),
    "lsr": ("lsr %0,%1,%2", lambda a, b: a >> shift_amount(b) if shift_amount(b) < 32 else 0),
    "asr": ("asr %0,%1,%2", lambda a, b: s(a) >> min(shift_amount(b), 31)),
    "ror": ("ror %0,%1,%2", lambda a, b: a >> (b & 31) | a << (32 - (b & 31))),
    "clz": ("clz %0,%1", lambda a, b: 32 - a.bit_length()),
    "rbit": ("rbit %0,%1", lambda a, b: reverse_bits(a)),
    "rev": ("rev %0,%1", lambda a, b: int.from_bytes(a.to_bytes(4, "little"), "big")),
    "rev16": ("rev16 %0,%1", lambda a, b: (a & 0x00FF00FF) << 8 | (a >> 8 & 0x00FF00FF)),
    "revsh": ("revsh %0,%1", lambda a, b: s((a & 0xFF) << 8 | a >> 8 & 0xFF, 16)),
    "sxtb": ("sxtb %0,%1,ror #8", lambda a, b: s(a >> 8, 8)),
    "sxth": ("sxth %0,%1", lambda a, b: s(a, 16)),
    "uxtab": ("uxtab %0,%1,%2", lambda a, b: a + (b & 0xFF)),
    "ubfx": ("ubfx %0,%1,#5,#11", lambda a, b: a >> 5 & 0x7FF),
    "sbfx": ("sbfx %0,%1,#5,#11", lambda a, b: s(a >> 5, 11)),
    "bfi": ("mov %0,%1\n bfi %0,%2,#3,#9", lambda a, b: a & ~(0x1FF << 3) | (b & 0x1FF) << 3),
    "mla": ("mla %0,%1,%2,%1", lambda a, b: a * b + a),
    "mls": ("mls %0,%1,%2,%1", lambda a, b: a - a * b),
    "umull": ("umull r2,r3,%1,%2\n eor %0,r2,r3", lambda a, b: a * b ^ a * b >> 32),
    "smull": ("smull r2,r3,%1,%2\n eor %0,r2,r3", lambda a, b: s(a) * s(b) ^ s(a) * s(b) >> 32),
    "smlal": ("mov r2,%1\n mov r3,%2\n smlal r2,r3,%1,%2\n eor %0,r2,r3",
              lambda a, b: (v := s(a) * s(b) + (b << 32 | a)) ^ v >> 32),
    "umaal": ("mov r2,%1\n mov r3,%2\n umaal r2,r3,%1,%2\n eor %0,r2,r3", lambda a, b: (v := a * b + a + b) ^ v >> 32),
    "adc": ("adds %0,%1,%2\n adc %0,%1,%2", lambda a, b: a + b + (a + b >> 32)),
    "sbc": ("subs %0,%1,%2\n sbc %0,%1,%2", lambda a, b: a - b - (a < b)),
    "it": ("cmp %1,%2\n ite gt\n movgt %0,#1\n movle %0,#2", lambda a, b: 1 if s(a) > s(b) else 2),
    "flags": ("adds %0,%1,%2\n mrs %0,apsr\n lsr %0,%0,#28",
              lambda a, b: (a + b >> 31 & 1) << 3 | ((a + b & M) == 0) << 2 | (a + b > M) << 1
              | (not -(1 << 31) <= s(a) + s(b) < 1 << 31)),
}  # fmt: skip

DSP: dict[str, tuple[str, Callable[[int, int], int]]] = {
    "ssat": ("ssat %0,#8,%1", lambda a, b: sat(s(a), 8)),
    "ssat_shift": ("ssat %0,#16,%1,asr #7", lambda a, b: sat(s(a) >> 7, 16)),
    "usat": ("usat %0,#12,%1", lambda a, b: usat(s(a), 12)),
    "ssat16": ("ssat16 %0,#6,%1", lambda a, b: lanes(a, b, 16, lambda x, y: sat(x, 6), signed=True)),
    "usat16": ("usat16 %0,#7,%1", lambda a, b: lanes(a, b, 16, lambda x, y: usat(x, 7), signed=True)),
    "qadd": ("qadd %0,%1,%2", lambda a, b: sat(s(a) + s(b), 32)),
    "qsub": ("qsub %0,%1,%2", lambda a, b: sat(s(a) - s(b), 32)),
    "qdadd": ("qdadd %0,%1,%2", lambda a, b: sat(s(a) + sat(2 * s(b), 32), 32)),
    "qdsub": ("qdsub %0,%1,%2", lambda a, b: sat(s(a) - sat(2 * s(b), 32), 32)),
    "sadd16": ("sadd16 %0,%1,%2", lambda a, b: lanes(a, b, 16, lambda x, y: x + y, signed=True)),
    "ssub8": ("ssub8 %0,%1,%2", lambda a, b: lanes(a, b, 8, lambda x, y: x - y, signed=True)),
    "qadd16": ("qadd16 %0,%1,%2", lambda a, b: lanes(a, b, 16, lambda x, y: sat(x + y, 16), signed=True)),
    "qsub8": ("qsub8 %0,%1,%2", lambda a, b: lanes(a, b, 8, lambda x, y: sat(x - y, 8), signed=True)),
    "uqadd8": ("uqadd8 %0,%1,%2", lambda a, b: lanes(a, b, 8, lambda x, y: usat(x + y, 8), signed=False)),
    "uqsub16": ("uqsub16 %0,%1,%2", lambda a, b: lanes(a, b, 16, lambda x, y: usat(x - y, 16), signed=False)),
    "shadd16": ("shadd16 %0,%1,%2", lambda a, b: lanes(a, b, 16, lambda x, y: x + y >> 1, signed=True)),
    "uhadd8": ("uhadd8 %0,%1,%2", lambda a, b: lanes(a, b, 8, lambda x, y: x + y >> 1, signed=False)),
    "sasx": ("sasx %0,%1,%2", lambda a, b: cross(a, b, lambda x, y: x - y, lambda x, y: x + y, signed=True)),
    "qsax": ("qsax %0,%1,%2",
             lambda a, b: cross(a, b, lambda x, y: sat(x + y, 16), lambda x, y: sat(x - y, 16), signed=True)),
    "sel": ("usub8 r2,%1,%2\n sel %0,%1,%2", lambda a, b: lanes(a, b, 8, max, signed=False)),
    "usad8": ("usad8 %0,%1,%2", lambda a, b: sum(abs((a >> n & 255) - (b >> n & 255)) for n in (0, 8, 16, 24))),
    "smuad": ("smuad %0,%1,%2", lambda a, b: halves(a)[0] * halves(b)[0] + halves(a)[1] * halves(b)[1]),
    "smusdx": ("smusdx %0,%1,%2", lambda a, b: halves(a)[0] * halves(b)[1] - halves(a)[1] * halves(b)[0]),
    "smlad": ("smlad %0,%1,%2,%1", lambda a, b: halves(a)[0] * halves(b)[0] + halves(a)[1] * halves(b)[1] + a),
    "smulbt": ("smulbt %0,%1,%2", lambda a, b: halves(a)[0] * halves(b)[1]),
    "smulwb": ("smulwb %0,%1,%2", lambda a, b: s(a) * halves(b)[0] >> 16),
    "smlawt": ("smlawt %0,%1,%2,%1", lambda a, b: (s(a) * halves(b)[1] >> 16) + a),
    "smmul": ("smmul %0,%1,%2", lambda a, b: s(a) * s(b) >> 32),
    "smmulr": ("smmulr %0,%1,%2", lambda a, b: s(a) * s(b) + 0x80000000 >> 32),
    "smmla": ("smmla %0,%1,%2,%1", lambda a, b: (s(a) * s(b) + (a << 32)) >> 32),
    "smlald": ("mov r2,%1\n mov r3,%2\n smlald r2,r3,%1,%2\n eor %0,r2,r3",
               lambda a, b: (v := halves(a)[0] * halves(b)[0] + halves(a)[1] * halves(b)[1] + (b << 32 | a)) ^ v >> 32),
    "pkhbt": ("pkhbt %0,%1,%2,lsl #7", lambda a, b: a & 0xFFFF | b << 7 & 0xFFFF0000),
    "pkhtb": ("pkhtb %0,%1,%2,asr #7", lambda a, b: a & 0xFFFF0000 | s(b) >> 7 & 0xFFFF),
    "sxtab16": ("sxtab16 %0,%1,%2,ror #8",
                lambda a, b: lanes(a, b, 16, lambda x, y: x + s(y >> 8, 8), signed=True)),
}  # fmt: skip


_WORKS: dict[str, tuple[bool, Callable[[int, int], int]]] = {  # of lanes: signed, what is made of a sum
    "s": (True, lambda v, width: v), "q": (True, sat), "sh": (True, lambda v, width: v >> 1),
    "u": (False, lambda v, width: v), "uq": (False, usat), "uh": (False, lambda v, width: v >> 1),
}  # fmt: skip


def _parallel() -> dict[str, tuple[str, Callable[[int, int], int]]]:
    """All thirty-six parallel additions and subtractions (ARMv7-M ARM, A4.4.4)."""
    out: dict[str, tuple[str, Callable[[int, int], int]]] = {}
    for prefix, (signed, made) in _WORKS.items():
        for width in (8, 16):
            for name, sign in (("add", 1), ("sub", -1)):
                out[f"{prefix}{name}{width}"] = (
                    f"{prefix}{name}{width} %0,%1,%2",
                    lambda a, b, w=width, k=sign, f=made, g=signed:
                        lanes(a, b, w, lambda x, y: f(x + k * y, w), signed=g),
                )  # fmt: skip
        for name, low in (("asx", -1), ("sax", 1)):
            out[f"{prefix}{name}"] = (
                f"{prefix}{name} %0,%1,%2",
                lambda a, b, k=low, f=made, g=signed:
                    cross(a, b, lambda x, y: f(x + k * y, 16), lambda x, y: f(x - k * y, 16), signed=g),
            )  # fmt: skip
    return out


def _products() -> dict[str, tuple[str, Callable[[int, int], int]]]:
    """The signed multiplications of halves, with and without sums."""
    out: dict[str, tuple[str, Callable[[int, int], int]]] = {}
    for x, m in enumerate("bt"):
        for y, n in enumerate("bt"):
            of = lambda a, b, x=x, y=y: halves(a)[x] * halves(b)[y]  # noqa: E731
            out[f"smul{m}{n}"] = (f"smul{m}{n} %0,%1,%2", of)
            out[f"smla{m}{n}"] = (f"smla{m}{n} %0,%1,%2,%1", lambda a, b, of=of: of(a, b) + a)
            out[f"smlal{m}{n}"] = (
                f"mov r2,%1\n mov r3,%2\n smlal{m}{n} r2,r3,%1,%2\n eor %0,r2,r3",
                lambda a, b, of=of: (v := of(a, b) + (b << 32 | a)) ^ v >> 32,
            )
        out[f"smulw{m}"] = (f"smulw{m} %0,%1,%2", lambda a, b, x=x: s(a) * halves(b)[x] >> 16)
        out[f"smlaw{m}"] = (f"smlaw{m} %0,%1,%2,%1", lambda a, b, x=x: (s(a) * halves(b)[x] >> 16) + a)
    for cross_, suffix in ((0, ""), (1, "x")):
        for sign, sum_, wide, alone in ((1, "smlad", "smlald", "smuad"), (-1, "smlsd", "smlsld", "smusd")):
            of = lambda a, b, c=cross_, k=sign: halves(a)[0] * halves(b)[c] + k * halves(a)[1] * halves(b)[1 - c]  # noqa: E731
            out[f"{alone}{suffix}"] = (f"{alone}{suffix} %0,%1,%2", of)
            out[f"{sum_}{suffix}"] = (f"{sum_}{suffix} %0,%1,%2,%1", lambda a, b, of=of: of(a, b) + a)
            out[f"{wide}{suffix}"] = (
                f"mov r2,%1\n mov r3,%2\n {wide}{suffix} r2,r3,%1,%2\n eor %0,r2,r3",
                lambda a, b, of=of: (v := of(a, b) + (b << 32 | a)) ^ v >> 32,
            )
    for suffix, half in (("", 0), ("r", 1 << 31)):
        out[f"smmla{suffix}"] = (f"smmla{suffix} %0,%1,%2,%1",
                                 lambda a, b, h=half: (s(a) * s(b) + (a << 32) + h) >> 32)  # fmt: skip
        out[f"smmls{suffix}"] = (f"smmls{suffix} %0,%1,%2,%1",
                                 lambda a, b, h=half: ((a << 32) - s(a) * s(b) + h) >> 32)  # fmt: skip
    return out


_CLEAR = "mov r2,#0\n msr apsr_nzcvqg,r2\n "
_FLAGS_Q = "\n mrs %0,apsr\n ubfx %0,%0,#27,#1"
DSP |= {
    **_parallel(), **_products(),
    "usada8": ("usada8 %0,%1,%2,%1",
               lambda a, b: sum(abs((a >> n & 255) - (b >> n & 255)) for n in (0, 8, 16, 24)) + a),
    "uxtab16": ("uxtab16 %0,%1,%2", lambda a, b: lanes(a, b & 0x00FF00FF, 16, lambda x, y: x + y, signed=False)),
    "sxtb16": ("sxtb16 %0,%1", lambda a, b: lanes(a, a, 16, lambda x, y: s(x, 8), signed=False)),
    "uxtb16": ("uxtb16 %0,%1,ror #8", lambda a, b: a >> 8 & 0x00FF00FF),
    "q of qadd": (_CLEAR + "qadd r2,%1,%2" + _FLAGS_Q, lambda a, b: not -(1 << 31) <= s(a) + s(b) < 1 << 31),
    "q of ssat": (_CLEAR + "ssat r2,#9,%1" + _FLAGS_Q, lambda a, b: not -256 <= s(a) < 256),
    "q of smlabb": (_CLEAR + "smlabb r2,%1,%2,%1" + _FLAGS_Q,
                    lambda a, b: not -(1 << 31) <= halves(a)[0] * halves(b)[0] + s(a) < 1 << 31),
    "ge of uadd8": (_CLEAR + "uadd8 r2,%1,%2\n mrs %0,apsr\n ubfx %0,%0,#16,#4",
                    lambda a, b: sum(((a >> 8 * n & 255) + (b >> 8 * n & 255) > 255) << n for n in range(4))),
    "ge of ssub16": (_CLEAR + "ssub16 r2,%1,%2\n mrs %0,apsr\n ubfx %0,%0,#16,#4",
                     lambda a, b: sum((halves(a)[n] >= halves(b)[n]) * 3 << 2 * n for n in range(2))),
}  # fmt: skip

INTEGER |= {
    "mvn": ("mvn %0,%1,lsl #3", lambda a, b: ~(a << 3)),
    "bfc": ("mov %0,%1\n bfc %0,#4,#13", lambda a, b: a & ~(0x1FFF << 4)),
    "uxth": ("uxth %0,%1,ror #16", lambda a, b: a >> 16),
    "sxtah": ("sxtah %0,%1,%2", lambda a, b: a + s(b, 16)),
    "addw": ("addw %0,%1,#0xabc", lambda a, b: a + 0xABC),
    "movt": ("mov %0,%1\n movt %0,#0x1234", lambda a, b: a & 0xFFFF | 0x12340000),
    "subs flags": ("subs %0,%1,%2\n mrs %0,apsr\n lsr %0,%0,#28",
                   lambda a, b: (a - b >> 31 & 1) << 3 | (a == b) << 2 | (a >= b) << 1
                   | (not -(1 << 31) <= s(a) - s(b) < 1 << 31)),
    "asrs carry": ("asrs %0,%1,#5\n mrs %0,apsr\n ubfx %0,%0,#29,#1", lambda a, b: a >> 4 & 1),
    "rrx": ("adds r2,%1,%2\n rrx %0,%1", lambda a, b: a >> 1 | (a + b >> 32) << 31),
    "hi": ("cmp %1,%2\n ite hi\n movhi %0,#1\n movls %0,#2", lambda a, b: 1 if a > b else 2),
    "cbz": ("mov %0,#1\n cbz %1,1f\n mov %0,#2\n1:", lambda a, b: 2 if a else 1),
    "exclusive": ("sub sp,#8\n str %1,[sp]\n ldrex r2,[sp]\n add r2,%2\n strex r3,r2,[sp]\n ldr %0,[sp]\n"
                  " add %0,%0,r3\n add sp,#8", lambda a, b: a + b),
    "exclusive lost": ("sub sp,#8\n str %1,[sp]\n ldrex r2,[sp]\n clrex\n strex r3,%2,[sp]\n ldr %0,[sp]\n"
                       " add %0,%0,r3\n add sp,#8", lambda a, b: a + 1),
    "ldrd": ("sub sp,#8\n strd %1,%2,[sp]\n ldrd r2,r3,[sp]\n add sp,#8\n eor %0,r2,r3,ror #7",
             lambda a, b: a ^ (b >> 7 | b << 25)),
    "ldrsb": ("sub sp,#8\n str %1,[sp]\n ldrsb %0,[sp,#2]\n ldrsh r2,[sp]\n add sp,#8\n add %0,%0,r2",
              lambda a, b: s(a >> 16, 8) + s(a, 16)),
    "unaligned": ("sub sp,#8\n strd %1,%2,[sp]\n ldr %0,[sp,#3]\n add sp,#8", lambda a, b: (b << 32 | a) >> 24),
    "ldm": ("push {r4,r5}\n ldr %0,[sp,#4]\n ldm sp!,{r2,r3}\n sub %0,%0,r2", lambda a, b: b - a),
}  # fmt: skip


def f32(a: int) -> np.float32:
    """Return bits as a float."""
    return np.frombuffer(struct.pack("<I", a & M), dtype=np.float32)[0]


def bits(value: np.float32 | float) -> int:
    """Return a float's bits."""
    return int(np.float32(value).view(np.uint32))


def fma(a: int, b: int, c: int, *, negate: bool = False) -> int:
    """Return a b + c, rounded once: exact in Python's integers, rounded by the host's conversion."""
    x, y, z = (float(f32(v)) for v in (a, b, c))
    x = -x if negate else x
    if not all(np.isfinite((x, y, z))):
        return bits(np.float32(np.float64(x) * np.float64(y) + np.float64(z)))
    from fractions import Fraction  # noqa: PLC0415

    exact = Fraction(x) * Fraction(y) + Fraction(z)
    if exact == 0:
        return bits(np.float32(np.float64(x) * np.float64(y) + np.float64(z)))
    return round_f32(exact)


def round_f32(exact) -> int:
    """Round a fraction to a float, to nearest, ties to even."""
    sign, magnitude = (1 << 31, -exact) if exact < 0 else (0, exact)
    exponent = max(magnitude.numerator.bit_length() - magnitude.denominator.bit_length(), -126)
    for e in (exponent + 1, exponent, exponent - 1):
        if e >= -126 and magnitude >= 2**e if e >= 0 else e >= -126 and magnitude * 2**-e >= 1:
            exponent = e
            break
    else:
        exponent = -126
    scaled = magnitude * 2 ** (23 - exponent) if exponent <= 23 else magnitude / 2 ** (exponent - 23)
    mantissa = round(scaled)  # Python rounds fractions half to even
    value = mantissa if mantissa < 1 << 23 else (exponent + 126 << 23) + mantissa
    return sign | min(value, 0x7F800000)


def to_int(a: int, low: int, high: int) -> int:
    """VCVT to an integer: towards zero, saturated; NaN is 0."""
    value = float(f32(a))
    if np.isnan(value):
        return 0
    return max(low, min(high, int(value))) if np.isfinite(value) else (high if value > 0 else low)


FLOAT: dict[str, tuple[str, Callable[[int, int], int]]] = {
    "vadd": ("vmov s0,%1\n vmov s1,%2\n vadd.f32 s2,s0,s1\n vmov %0,s2", lambda a, b: bits(f32(a) + f32(b))),
    "vsub": ("vmov s0,%1\n vmov s1,%2\n vsub.f32 s2,s0,s1\n vmov %0,s2", lambda a, b: bits(f32(a) - f32(b))),
    "vmul": ("vmov s0,%1\n vmov s1,%2\n vmul.f32 s2,s0,s1\n vmov %0,s2", lambda a, b: bits(f32(a) * f32(b))),
    "vdiv": ("vmov s0,%1\n vmov s1,%2\n vdiv.f32 s2,s0,s1\n vmov %0,s2", lambda a, b: bits(f32(a) / f32(b))),
    "vsqrt": ("vmov s0,%1\n vsqrt.f32 s1,s0\n vmov %0,s1", lambda a, b: bits(np.sqrt(f32(a)))),
    "vmla": ("vmov s0,%1\n vmov s1,%2\n vmov s2,%2\n vmla.f32 s2,s0,s1\n vmov %0,s2",
             lambda a, b: bits(f32(b) + f32(a) * f32(b))),
    "vfma": ("vmov s0,%1\n vmov s1,%2\n vmov s2,%2\n vfma.f32 s2,s0,s1\n vmov %0,s2", lambda a, b: fma(a, b, b)),
    "vfms": ("vmov s0,%1\n vmov s1,%2\n vmov s2,%1\n vfms.f32 s2,s0,s1\n vmov %0,s2",
             lambda a, b: fma(a, b, a, negate=True)),
    "vabs": ("vmov s0,%1\n vabs.f32 s1,s0\n vmov %0,s1", lambda a, b: a & 0x7FFFFFFF),
    "vneg": ("vmov s0,%1\n vneg.f32 s1,s0\n vmov %0,s1", lambda a, b: a ^ 0x80000000),
    "vcvt_s32": ("vmov s0,%1\n vcvt.s32.f32 s0,s0\n vmov %0,s0", lambda a, b: to_int(a, -(1 << 31), (1 << 31) - 1)),
    "vcvt_u32": ("vmov s0,%1\n vcvt.u32.f32 s0,s0\n vmov %0,s0", lambda a, b: to_int(a, 0, M)),
    "vcvt_from_s32": ("vmov s0,%1\n vcvt.f32.s32 s0,s0\n vmov %0,s0", lambda a, b: bits(np.float32(s(a)))),
    "vcmp": ("vmov s0,%1\n vmov s1,%2\n vcmp.f32 s0,s1\n vmrs %0,fpscr\n lsr %0,%0,#28",
             lambda a, b: 3 if f32(a) != f32(a) or f32(b) != f32(b) else
             8 if f32(a) < f32(b) else 6 if f32(a) == f32(b) else 2),
}  # fmt: skip


def fixed(a: int, fraction: int, low: int, high: int) -> int:
    """VCVT to a number with a fraction: towards zero, saturated; NaN is 0."""
    value = float(f32(a))
    if np.isnan(value):
        return 0
    return max(low, min(high, int(value * 2.0**fraction))) if np.isfinite(value) else (high if value > 0 else low)


def nearest_even(a: int) -> int:
    """VCVTR by the rounding of FPSCR at reset: to nearest, ties to even; saturated; NaN is 0."""
    value = float(f32(a))
    if np.isnan(value):
        return 0
    low, high = -(1 << 31), (1 << 31) - 1
    return max(low, min(high, round(value))) if np.isfinite(value) else (high if value > 0 else low)


def half(a: int) -> int:
    """VCVTB to half precision, in the low half of what was there."""
    value = np.float16(f32(a))
    return NAN64 if np.isnan(value) else a & 0xFFFF0000 | int(value.view(np.uint16))


def division_flags(a: int, b: int) -> int:
    """IOC of 0/0 and inf/inf, DZC of a finite number by zero (ARMv7-M ARM, A2.5.3); there is no signalling NaN here."""
    x, y = float(f32(a)), float(f32(b))
    if np.isnan(x) or np.isnan(y):
        return 0
    if (x == 0 and y == 0) or (np.isinf(x) and np.isinf(y)):
        return 1
    return 2 if y == 0 and not np.isinf(x) else 0


_THREE = "vmov s0,%1\n vmov s1,%2\n vmov s2,%2\n {}.f32 s2,s0,s1\n vmov %0,s2"
FLOAT |= {
    "vnmul": ("vmov s0,%1\n vmov s1,%2\n vnmul.f32 s2,s0,s1\n vmov %0,s2", lambda a, b: bits(-(f32(a) * f32(b)))),
    "vmls": (_THREE.format("vmls"), lambda a, b: bits(f32(b) - f32(a) * f32(b))),
    "vnmla": (_THREE.format("vnmla"), lambda a, b: bits(-f32(b) - f32(a) * f32(b))),
    "vnmls": (_THREE.format("vnmls"), lambda a, b: bits(-f32(b) + f32(a) * f32(b))),
    "vfnma": (_THREE.format("vfnma"), lambda a, b: fma(a, b, b ^ 1 << 31, negate=True)),
    "vfnms": (_THREE.format("vfnms"), lambda a, b: fma(a, b, b ^ 1 << 31)),
    "vcvt_from_u32": ("vmov s0,%1\n vcvt.f32.u32 s0,s0\n vmov %0,s0", lambda a, b: bits(np.float32(a))),
    "vcvt_fixed": ("vmov s0,%1\n vcvt.s32.f32 s0,s0,#8\n vmov %0,s0", lambda a, b: fixed(a, 8, -1 << 31, M >> 1)),
    "vcvt_u16": ("vmov s0,%1\n vcvt.u16.f32 s0,s0,#4\n vmov %0,s0", lambda a, b: fixed(a, 4, 0, 0xFFFF)),
    "vcvtr": ("vmov s0,%1\n vcvtr.s32.f32 s0,s0\n vmov %0,s0", lambda a, b: nearest_even(a)),
    "vcvtb": ("vmov s0,%1\n vmov s1,%1\n vcvtb.f16.f32 s1,s0\n vmov %0,s1", lambda a, b: half(a)),
    "vmov_imm": ("vmov.f32 s0,#-1.25\n vmov s1,%1\n vmov %0,s0\n vmov r2,s1\n eor %0,%0,r2",
                 lambda a, b: bits(-1.25) ^ a),
    "vldm": ("sub sp,#8\n strd %1,%2,[sp]\n vldm sp!,{s0-s1}\n vmov %0,s0\n vmov r2,s1\n sub %0,%0,r2",
             lambda a, b: a - b),
    "exceptions": ("mov r2,#0\n vmsr fpscr,r2\n vmov s0,%1\n vmov s1,%2\n vdiv.f32 s0,s0,s1\n vmrs %0,fpscr\n"
                   " and %0,%0,#3\n mov r2,#0\n vmsr fpscr,r2",
                   division_flags),
}  # fmt: skip


def f64(a: int, b: int) -> np.float64:
    """Return two registers as a double."""
    return np.frombuffer(struct.pack("<II", a & M, b & M), dtype=np.float64)[0]


def fold(value: np.float64) -> int:
    """Return both halves of a double in one word; a NaN is told by NAN64, for its bits are the core's own affair."""
    if np.isnan(value):
        return NAN64
    low, high = struct.unpack("<II", struct.pack("<d", value))
    return int(low ^ high)


def max_number(a: int, b: int) -> int:
    """VMAXNM: a number beats a quiet NaN."""
    x, y = f32(a), f32(b)
    if np.isnan(x):
        return b
    if np.isnan(y):
        return a
    return a if x > y or (x == y and not a >> 31) else b


_D = "vmov d0,%1,%2\n vmov d1,%2,%1\n v{}.f64 d0,d0,d1\n vmov r2,r3,d0\n eor %0,r2,r3"
DOUBLE: dict[str, tuple[str, Callable[[int, int], int]]] = {
    "vadd64": (_D.format("add"), lambda a, b: fold(f64(a, b) + f64(b, a))),
    "vsub64": (_D.format("sub"), lambda a, b: fold(f64(a, b) - f64(b, a))),
    "vmul64": (_D.format("mul"), lambda a, b: fold(f64(a, b) * f64(b, a))),
    "vdiv64": (_D.format("div"), lambda a, b: fold(f64(a, b) / f64(b, a))),
    "vsqrt64": ("vmov d0,%1,%2\n vsqrt.f64 d0,d0\n vmov r2,r3,d0\n eor %0,r2,r3",
                lambda a, b: fold(np.sqrt(f64(a, b)))),
    "vcvt64": ("vmov s0,%1\n vcvt.f64.f32 d1,s0\n vmov r2,r3,d1\n eor %0,r2,r3", lambda a, b: fold(np.float64(f32(a)))),
    "vcvt32": ("vmov d0,%1,%2\n vcvt.f32.f64 s4,d0\n vmov %0,s4", lambda a, b: bits(np.float32(f64(a, b)))),
    "vmaxnm": ("vmov s0,%1\n vmov s1,%2\n vmaxnm.f32 s0,s0,s1\n vmov %0,s0", max_number),
    "vrintz": ("vmov s0,%1\n vrintz.f32 s0,s0\n vmov %0,s0", lambda a, b: bits(np.trunc(f32(a)))),
    "vsel": ("cmp %1,%2\n vmov s0,%1\n vmov s1,%2\n vselgt.f32 s0,s0,s1\n vmov %0,s0",
             lambda a, b: a if s(a) > s(b) else b),
}  # fmt: skip


def fma64(x: np.float64, y: np.float64, z: np.float64) -> int:
    """VFMA.F64: rounded once."""
    from fractions import Fraction  # noqa: PLC0415

    if not all(np.isfinite((x, y, z))):
        return fold(x * y + z)
    exact = Fraction(float(x)) * Fraction(float(y)) + Fraction(float(z))
    if exact == 0:
        return fold(x * y + z)
    try:
        return fold(np.float64(exact.numerator / exact.denominator))
    except OverflowError:
        return fold(np.float64(np.inf if exact > 0 else -np.inf))


def min_number(a: int, b: int) -> int:
    """VMINNM: a number beats a quiet NaN, -0 is below +0."""
    x, y = f32(a), f32(b)
    if np.isnan(x):
        return b
    if np.isnan(y):
        return a
    return a if x < y or (x == y and a >> 31) else b


def _to_int64(a: int, b: int) -> int:
    value = float(f64(a, b))
    if np.isnan(value):
        return 0
    low, high = -(1 << 31), (1 << 31) - 1
    return max(low, min(high, int(value))) if np.isfinite(value) else (high if value > 0 else low)


def _compared(x: np.float64, y: np.float64) -> int:
    return 3 if np.isnan(x) or np.isnan(y) else 8 if x < y else 6 if x == y else 2


DOUBLE |= {
    "vfma64": ("vmov d0,%1,%2\n vmov d1,%2,%1\n vmov d2,%1,%1\n vfma.f64 d2,d0,d1\n vmov r2,r3,d2\n eor %0,r2,r3",
               lambda a, b: fma64(f64(a, b), f64(b, a), f64(a, a))),
    "vcvt_s32_64": ("vmov d0,%1,%2\n vcvt.s32.f64 s4,d0\n vmov %0,s4", _to_int64),
    "vcvt_64_u32": ("vmov s4,%1\n vcvt.f64.u32 d0,s4\n vmov r2,r3,d0\n eor %0,r2,r3", lambda a, b: fold(np.float64(a))),
    "vcmp64": ("vmov d0,%1,%2\n vmov d1,%2,%1\n vcmp.f64 d0,d1\n vmrs %0,fpscr\n lsr %0,%0,#28",
               lambda a, b: _compared(f64(a, b), f64(b, a))),
    "vneg64": ("vmov d0,%1,%2\n vneg.f64 d0,d0\n vmov r2,r3,d0\n eor %0,r2,r3", lambda a, b: a ^ b ^ 1 << 31),
    "vminnm": ("vmov s0,%1\n vmov s1,%2\n vminnm.f32 s0,s0,s1\n vmov %0,s0", min_number),
    "vrintm": ("vmov s0,%1\n vrintm.f32 s0,s0\n vmov %0,s0", lambda a, b: bits(np.floor(f32(a)))),
    "vrintp": ("vmov s0,%1\n vrintp.f32 s0,s0\n vmov %0,s0", lambda a, b: bits(np.ceil(f32(a)))),
    "vrintn": ("vmov s0,%1\n vrintn.f32 s0,s0\n vmov %0,s0", lambda a, b: bits(np.rint(f32(a)))),
    "vrintz64": ("vmov d0,%1,%2\n vrintz.f64 d0,d0\n vmov r2,r3,d0\n eor %0,r2,r3",
                 lambda a, b: fold(np.trunc(f64(a, b)))),
}  # fmt: skip

FLOATING_RESULT = frozenset(
    {*FLOAT, *DOUBLE}
    - {
        "vcmp",
        "vcvt_s32",
        "vcvt_u32",
        "vsel",
        "vabs",
        "vneg",
        "vcvt_fixed",
        "vcvt_u16",
        "vcvtr",
        "vcvtb",
        "vmov_imm",
        "vldm",
        "exceptions",
        "vcvt_s32_64",
        "vcmp64",
        "vneg64",
    }
)


GROUPS = ("integer", "dsp", "floating")


def table(core: str, group: str) -> dict[str, tuple[str, Callable[[int, int], int]]]:
    """Return the instructions of a core, a group of them."""
    return {"integer": INTEGER, "dsp": DSP, "floating": FLOAT | (DOUBLE if core == "cortex-m7" else {})}[group]


def source(core: str, group: str) -> str:
    """Write the C file that runs them."""
    entries, functions = [], []
    for n, (name, (code, _)) in enumerate(table(core, group).items()):
        text = code.replace("\n", "\\n")
        functions.append(
            f"static __attribute__((noinline)) uint32_t f{n}(uint32_t a, uint32_t b) /* {name} */\n{{\n"
            f"    register uint32_t r __asm(\"r6\") = 0, x __asm(\"r4\") = a, y __asm(\"r5\") = b;\n"
            f"    __asm volatile(\"{text}\" : \"+r\"(r), \"+r\"(x), \"+r\"(y) : : \"r2\", \"r3\", \"cc\","
            f" \"s0\", \"s1\", \"s2\", \"s3\", \"s4\");\n    return r;\n}}\n"
        )  # fmt: skip
        entries.append(f"f{n}")
    values = ", ".join(f"0x{v:08x}" for v in VALUES)
    return (
        '#include "kit.h"\n'
        f"enum {{ OPS = {len(entries)}, N = {len(VALUES)} }};\n"
        "uint32_t results[OPS][N][N];\nvolatile uint32_t finished;\n"
        + "".join(functions)
        + f"static uint32_t (*const ops[OPS])(uint32_t, uint32_t) = {{{', '.join(entries)}}};\n"
        f"static const uint32_t values[N] = {{{values}}};\n"
        "int main(void)\n{\n    for (int o = 0; o < OPS; o++)\n        for (int i = 0; i < N; i++)\n"
        "            for (int j = 0; j < N; j++)\n                results[o][i][j] = ops[o](values[i], values[j]);\n"
        "    finished = 1;\n    return 0;\n}\n"
    )
