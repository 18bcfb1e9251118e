import type { Codes } from './codes.js';

/** Answers of registry, governance and deployment. */
export const controlCodes = {
  'DBR-ALIAS-NOT-FOUND': { means: 'The model has no such alias.', fix: 'drawbridge model get shows the aliases of a model.' },
  'DBR-APPROVAL-ANSWERED': { means: 'The person has already answered this approval.', fix: 'Another person must answer.' },
  'DBR-APPROVAL-CLOSED': { means: 'The approval is no longer open.', fix: 'drawbridge approval get says how it ended.' },
  'DBR-APPROVAL-EXPIRED': { means: 'The approval expired before it was answered.', fix: 'Ask again for the version.' },
  'DBR-APPROVAL-MACHINE': {
    means: 'A key of a machine cannot answer an approval.',
    fix: 'Answer as a person, in the console or with a key of a person.',
  },
  'DBR-APPROVAL-NOT-FOUND': { means: 'There is no such approval.', fix: 'drawbridge approval list' },
  'DBR-APPROVAL-NOT-NEEDED': {
    means: 'The policy asks for no approval, or refuses the version before anybody is asked.',
    fix: 'The detail says which; a refused version needs what the policy wants.',
  },
  'DBR-APPROVAL-OWN-DEPLOYMENT': {
    means: 'Who asked for the deployment of a version cannot approve it.',
    fix: 'Another approver must answer.',
  },
  'DBR-APPROVAL-OWN-REQUEST': { means: 'Who asked for an approval cannot answer it.', fix: 'Another approver must answer.' },
  'DBR-APPROVAL-OWN-VERSION': { means: 'The author of a version cannot approve it.', fix: 'Another approver must answer.' },
  'DBR-ARTIFACT-CORRUPT': {
    means: 'A stored file has changed on the disk and is not served.',
    fix: 'Check the disk, then upload the original file again: it takes the place of the damaged one.',
  },
  'DBR-ARTIFACT-DIGEST': { means: 'The bytes that arrived have another SHA-256 than was announced.', fix: 'Upload the file again.' },
  'DBR-ARTIFACT-FORMAT': {
    means: 'The file is not what its format says, or cannot be used.',
    fix: 'The answer says what is wrong with it.',
  },
  'DBR-ARTIFACT-INTERRUPTED': { means: 'The upload ended before the file did. Nothing was kept.', fix: 'Upload it again.' },
  'DBR-ARTIFACT-LOST': {
    means: 'The artifact is registered, but its file is gone.',
    fix: 'Restore the data folder, or upload the file again.',
  },
  'DBR-ARTIFACT-NOT-FOUND': { means: 'There is no artifact with this SHA-256.', fix: 'Upload it: POST /api/v1/artifacts.' },
  'DBR-ARTIFACT-TOO-LARGE': {
    means: 'The artifact is larger than the registry accepts.',
    fix: 'Make the model smaller, or raise DRAWBRIDGE_REGISTRY_ARTIFACT_LIMIT_BYTES.',
  },
  'DBR-AUDIT-ENTRY-NOT-FOUND': { means: 'The audit log has no such entry.', fix: 'drawbridge audit list' },
  'DBR-BASELINE-INVALID': { means: 'The baseline cannot be used; `errors` names each place.', fix: 'Correct what is named.' },
  'DBR-DECISION-NOT-FOUND': {
    means: 'The policy has not decided this.',
    fix: 'drawbridge version get shows the decisions about a version.',
  },
  'DBR-DEPLOYMENT-GATE': {
    means: 'The gate says no: an approval or a decision of the policy is missing.',
    fix: 'drawbridge approval list --model NAME',
  },
  'DBR-DEPLOYMENT-IN-PROGRESS': { means: 'Another deployment is on its way on this endpoint.', fix: 'Wait for it, or abort it.' },
  'DBR-DEPLOYMENT-NOT-FOUND': { means: 'There is no such deployment.', fix: 'drawbridge deployment list' },
  'DBR-DEPLOYMENT-VERB': {
    means: 'The deployment is in a state in which this cannot be done.',
    fix: 'The fix of the answer says what can.',
  },
  'DBR-ENDPOINT-EXISTS': { means: 'There is already an endpoint of this name.', fix: 'Use it, or choose another name.' },
  'DBR-EVIDENCE-MISSING': { means: 'A registration names something that is not there.', fix: 'Upload what the answer names first.' },
  'DBR-INCIDENT-ACKNOWLEDGED': { means: 'Somebody has already taken the incident.', fix: 'Nothing is left to do; talk to who has it.' },
  'DBR-INCIDENT-NOT-FOUND': { means: 'There is no such incident.', fix: 'drawbridge incident list' },
  'DBR-INCIDENT-RESOLVED': { means: 'The incident is already resolved.', fix: 'Nothing is left to do.' },
  'DBR-KEY-NOT-FOUND': { means: 'There is no such key.', fix: 'drawbridge key list' },
  'DBR-KEY-REVOKED': { means: 'The key was already revoked.', fix: 'Nothing is left to do.' },
  'DBR-LAST-ADMIN': { means: 'Nobody could administer the installation any more.', fix: 'Give the role admin to another key first.' },
  'DBR-LOGIN-REFUSED': { means: 'The login link or key is used, too old or unknown.', fix: 'Ask an admin for a new login link or key.' },
  'DBR-MODEL-EXISTS': { means: 'There is already a model of this name.', fix: 'Register a version of it.' },
  'DBR-MODEL-NOT-FOUND': { means: 'There is no such model in this project.', fix: 'drawbridge model list' },
  'DBR-NOT-A-SESSION': {
    means: 'The request did not come from a session, so there is none to end.',
    fix: 'An admin revokes a key with DELETE /api/v1/keys/{keyId}.',
  },
  'DBR-PERSON-EXISTS': { means: 'There is already a person with this id.', fix: 'Choose another id, or leave it out.' },
  'DBR-PERSON-NOT-FOUND': { means: 'There is no such person.', fix: 'drawbridge person list' },
  'DBR-POLICY-ENVIRONMENT-TAKEN': {
    means: 'Another policy already governs the environment.',
    fix: 'Publish a version of that policy without the environment first, or leave it out.',
  },
  'DBR-POLICY-INVALID': { means: 'The policy has mistakes; `errors` names each.', fix: 'drawbridge policy lint FILE' },
  'DBR-POLICY-NOT-FOUND': { means: 'There is no such policy.', fix: 'drawbridge policy list' },
  'DBR-POLICY-VERSION-NOT-FOUND': { means: 'The policy has no such version.', fix: 'drawbridge policy get NAME' },
  'DBR-SIGNATURE-MISFIT': {
    means: 'The signature does not describe the uploaded model.',
    fix: 'Use the names of the inputs and outputs inside the ONNX file.',
  },
  'DBR-VERSION-NOT-FOUND': {
    means: 'The version is not known there: it does not exist, or its registration has not arrived yet.',
    fix: 'drawbridge version get NAME@VERSION, then try again.',
  },
  'DBR-VERSION-TAKEN': {
    means: 'The version is already registered and never changes.',
    fix: 'Leave the version out to get the next number, or choose another one.',
  },
} as const satisfies Codes;
