/**
 * What static/js/find.js answers, for tests that hold it against the server: a JSON document of
 * questions on standard input, one of answers on standard output.
 *
 * `hours`: for each job the places (indexes), minutes and seconds of travel, all combined, as flat
 * numbers: state, opensAt, closesAt (−1: null). `timetables`: the places' intervals. `trips`: the first
 * of the ranked list.
 */
import { decode, find, openingOnArrival } from "../../static/js/find.js";

const STATES = ["open", "closing_soon", "closed_on_arrival", "closed", "unknown"];

let text = "";
for await (const part of process.stdin) text += part;
const { lists, hours, timetables, trips, closingSoonMinutes, detourFactor } = JSON.parse(text);
const registries = Object.fromEntries(
  Object.entries(lists).map(([name, compact]) => [name, decode(compact)]));

/** @param {number | null} minute */
const number = (minute) => minute ?? -1;

process.stdout.write(JSON.stringify({
  hours: hours.map(({ list, places, minutes, travels }) =>
    places.flatMap((place) => minutes.flatMap((minute) => travels.flatMap((travelS) => {
      const { intervals } = registries[list].places[place];
      const { state, opensAt, closesAt } =
        openingOnArrival(intervals, minute, travelS, closingSoonMinutes);
      return [STATES.indexOf(state), number(opensAt), number(closesAt)];
    })))),
  timetables: timetables.map(({ list, places }) =>
    places.map((place) => registries[list].places[place].intervals)),
  trips: trips.map(({ list, limit, filter, ...trip }) => {
    const answer = find(registries[list], filter, { ...trip, detourFactor, closingSoonMinutes });
    return answer.found.slice(0, limit).map(({ place, distanceM, travelS, opening }) =>
      ({ id: place.id, distanceM, travelS, ...opening }));
  }),
}));
