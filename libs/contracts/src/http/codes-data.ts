import type { Codes } from './codes.js';

/** Answers of serving, monitoring and the console. */
export const dataCodes = {
  'DBR-DETECTION-NOT-FOUND': { means: 'There is no such detection.', fix: 'GET /api/v1/detections lists them.' },
  'DBR-ENDPOINT-AMBIGUOUS': { means: 'Several endpoints serve the model.', fix: 'Name one in the header X-Drawbridge-Endpoint.' },
  'DBR-ENDPOINT-NOT-FOUND': { means: 'There is no such endpoint, or it does not serve the model.', fix: 'drawbridge endpoint list' },
  'DBR-EVENT-NOT-FOUND': { means: 'The console has no such event; it keeps them for a while only.', fix: 'drawbridge events list' },
  'DBR-FEATURE-NOT-FOUND': {
    means: 'The baseline of the monitor has no such feature.',
    fix: 'GET /api/v1/monitors/{id} names the features.',
  },
  'DBR-INFERENCE-FAILED': {
    means: 'The model failed on this input.',
    fix: 'Check the values against the signature; the log of serving has the cause.',
  },
  'DBR-INGEST-BUSY': {
    means: 'More events are under way than may be at once. Nothing was taken.',
    fix: 'Send the same events again after Retry-After.',
  },
  'DBR-INVALID-INPUT': {
    means: 'The request does not fit the model; the field names the tensor and the place.',
    fix: 'GET /v2/models/{name} says what the model takes.',
  },
  'DBR-KAFKA-UNAVAILABLE': {
    means: 'Kafka did not acknowledge the events; some may have arrived.',
    fix: 'Send the same events again after Retry-After: with the same ids they are counted once.',
  },
  'DBR-MODEL-NOT-READY': { means: 'The version is served, but not loaded yet.', fix: 'Try again after Retry-After.' },
  'DBR-MODEL-NOT-SERVED': { means: 'No endpoint serves the model in this project.', fix: 'drawbridge endpoint list' },
  'DBR-MODEL-UNUSABLE': {
    means: 'The file of the version cannot be loaded or does not fit its signature.',
    fix: 'Register a version with a file that can be loaded.',
  },
  'DBR-MONITOR-CHANGED': { means: 'Somebody else changed the monitor in between.', fix: 'Read it again and repeat the change.' },
  'DBR-MONITOR-NOT-FOUND': { means: 'There is no such monitor.', fix: 'drawbridge monitor list' },
  'DBR-MONITOR-WINDOW-FIXED': {
    means: 'The length of windows is fixed when a monitor is created.',
    fix: 'Leave out windowSeconds, or set it on the endpoint for versions deployed from now on.',
  },
  'DBR-NO-TRAFFIC': { means: 'No version of the endpoint has any traffic.', fix: 'Deploy one: drawbridge deployment create.' },
  'DBR-OUTPUT-INVALID': {
    means: 'The model answered something that its signature does not describe.',
    fix: 'Register a version whose signature fits its outputs.',
  },
  'DBR-OVERLOADED': { means: 'Too many requests wait for the model.', fix: 'Try again after Retry-After.' },
  'DBR-PREDICTION-AMBIGUOUS': { means: 'Several projects use this prediction id.', fix: 'Name one with ?project=.' },
  'DBR-PREDICTION-NOT-FOUND': {
    means: 'No prediction with this id is kept: it was not counted, not stored by keepRate, or is too old.',
    fix: 'GET /api/v1/accounting says where rows went.',
  },
  'DBR-SEARCH-TOO-BROAD': {
    means: 'Looking for the text takes too long.',
    fix: 'Give more of the text, or a topic, a key or a project with it.',
  },
  'DBR-SEGMENT-NOT-FOUND': {
    means: 'The monitor has counted no such segment.',
    fix: 'GET /api/v1/monitors/{id} names the segments it declares.',
  },
  'DBR-TOO-MANY-TAILS': { means: 'As many live tails are open as may be.', fix: 'Close one, or try again later.' },
  'DBR-TRACE-NOT-FOUND': { means: 'The console has no such trace; it keeps the newest only.', fix: 'drawbridge events list --trace-id ID' },
  'DBR-VERSION-NOT-SERVED': {
    means: 'The version has no part in the traffic of the endpoint.',
    fix: 'drawbridge endpoint get ENDPOINT shows which have.',
  },
  'DBR-WINDOW-NOT-FOUND': { means: 'There is no such window.', fix: 'drawbridge monitor windows M' },
} as const satisfies Codes;
