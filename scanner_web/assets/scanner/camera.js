// The camera: opening, front or back, torch, and what of its picture stands in the frame.

const SIDE = 900;
const AROUND = 1.6;

/** Why no picture comes, by the name of the browser's error. */
export function reasonOf({ name }) {
  if (/NotAllowed|Security/.test(name)) return 'refused';
  if (/NotFound|Overconstrained/.test(name)) return 'absent';
  return /NotReadable|Abort/.test(name) ? 'busy' : 'failed';
}

/** The camera's stream; `facing` is a wish ("environment", "user"), `device` a demand. */
export function opened(facing, device) {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const which = device ? { deviceId: { exact: device } } : { facingMode: { ideal: facing } };
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { ...size, ...which } });
}

export function ended(stream) {
  for (const track of stream.getTracks()) track.stop();
}

export function closed(video) {
  if (video.srcObject) ended(video.srcObject);
  video.srcObject = null;
}

/** The camera after `track`'s, all of them in turn; "" where there is one, or none is named. */
export async function nextDevice(track) {
  const all = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
  const at = all.findIndex(({ deviceId }) => deviceId === track.getSettings().deviceId);
  return all.length > 1 ? all[(at + 1) % all.length].deviceId : '';
}

export async function cameraCount() {
  return (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput').length;
}

/** Draw what stands in the frame (and a little around it) on `canvas`; false while there is no picture. */
export function draw(canvas, video, frame) {
  const { videoWidth, videoHeight } = video;
  if (!videoWidth) return false;
  const view = video.getBoundingClientRect(), aim = frame.getBoundingClientRect();
  // object-fit: cover shows the middle of the picture
  const scale = Math.max(view.width / videoWidth, view.height / videoHeight);
  const side = Math.min((aim.width * AROUND) / scale, videoWidth, videoHeight);
  const across = aim.left + aim.width / 2 - view.left - view.width / 2;
  const down = aim.top + aim.height / 2 - view.top - view.height / 2;
  const left = within(videoWidth / 2 + across / scale - side / 2, videoWidth - side);
  const top = within(videoHeight / 2 + down / scale - side / 2, videoHeight - side);
  canvas.width = canvas.height = Math.round(Math.min(side, SIDE));
  pencil(canvas).drawImage(video, left, top, side, side, 0, 0, canvas.width, canvas.height);
  return true;
}

/** A picture file on `canvas` with its longer side at most `most`; false where that is larger than the file. */
export function drawPicture(canvas, bitmap, most) {
  const scale = Math.min(1, most / Math.max(bitmap.width, bitmap.height));
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  pencil(canvas).drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return scale < 1;
}

const pencil = (canvas) => canvas.getContext('2d', { willReadFrequently: true });
const within = (value, most) => Math.min(Math.max(value, 0), most);
