/**
 * GCJ-02 in the browser. The expected points were computed once by geocoordinates-rs (Python package
 * geocoordinates-ffi), which knows nothing of this project, and pasted here.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { gcj02 } from "../../static/js/datum.js";

/** WGS-84 latitude and longitude, then GCJ-02: Yancheng's districts, four corners of the country. */
const POINTS = /** @type {const} */ ([
  [33.377, 120.139, 33.37562025975844, 120.14401681888346],
  [33.3575, 120.1573, 33.356078718280905, 120.16226300880886],
  [32.7751, 120.7493, 32.77318090879107, 120.75379297432612],
  [34.1592, 119.7173, 34.15789648879483, 119.72255320715021],
  [33.1811, 120.5814, 33.17927128436213, 120.58574035144778],
  [39.9075, 116.3972, 39.908903379455815, 116.40344335835704],
  [22.5431, 114.0579, 22.54038281422246, 114.06301399856547],
  [45.8038, 126.535, 45.80578152514843, 126.54104035015793],
  [29.6525, 91.1721, 29.649710609548677, 91.1735673822567],
  [0.83, 72.01, 0.8312805376449611, 72.01372071007614],
  [55.82, 137.83, 55.8225295027088, 137.83904891558691],
]);
const MILLIMETRE = 1e-8; // degrees

for (const [lat, lon, shiftedLat, shiftedLon] of POINTS) {
  test(`${lat}, ${lon} is shifted as elsewhere`, () => {
    const found = gcj02(lat, lon);
    assert.ok(Math.abs(found.lat - shiftedLat) < MILLIMETRE, String(found.lat));
    assert.ok(Math.abs(found.lon - shiftedLon) < MILLIMETRE, String(found.lon));
  });
}

test("outside China nothing moves", () => {
  for (const [lat, lon] of [[0.82, 100], [47.14, 9.52], [35.68, 139.76], [-33.4, 120.1]]) {
    assert.deepEqual(gcj02(Number(lat), Number(lon)), { lat, lon });
  }
});

test("what is no number stays none", () => {
  assert.ok(Number.isNaN(gcj02(NaN, 120).lat));
});
