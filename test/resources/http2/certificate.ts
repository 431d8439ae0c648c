/**
 * A certificate that a server on loopback signs for itself, made anew at each call, so that no key
 * stands in the repository and none expires.
 */
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";

/** Key and certificate in PEM, for `localhost` and 127.0.0.1. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "der" },
  });
  const signed = der(0x30, [
    der(0xa0, [integer(2)]),
    integer(1),
    ECDSA_WITH_SHA256,
    NAME,
    der(0x30, [time("20200101000000Z"), time("21000101000000Z")]),
    NAME,
    publicKey,
    der(0xa3, [der(0x30, [der(0x30, [oid("55 1d 11"), der(0x04, [ALTERNATIVE_NAMES])])])]),
  ]);
  const signature = sign("sha256", signed, createPrivateKey(privateKey));
  const bits = der(0x03, [Buffer.concat([Buffer.of(0), signature])]);
  const body = der(0x30, [signed, ECDSA_WITH_SHA256, bits]).toString("base64");
  const lines = body.match(/.{1,64}/g) ?? [];
  return {
    key: privateKey,
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}

/** One tag, its length, its content (X.690, definite form). */
function der(tag: number, content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), body]);
}

function oid(hex: string): Buffer {
  return der(0x06, [Buffer.from(hex.replaceAll(" ", ""), "hex")]);
}

function integer(value: number): Buffer {
  return der(0x02, [Buffer.of(value)]);
}

function time(text: string): Buffer {
  return der(0x18, [Buffer.from(text)]);
}

const ECDSA_WITH_SHA256 = der(0x30, [oid("2a 86 48 ce 3d 04 03 02")]);
/** CN=localhost */
const NAME = der(0x30, [der(0x31, [der(0x30, [oid("55 04 03"), der(0x0c, [Buffer.from("localhost")])])])]);
const ALTERNATIVE_NAMES = der(0x30, [
  der(0x82, [Buffer.from("localhost")]),
  der(0x87, [Buffer.of(127, 0, 0, 1)]),
]);
