/**
 * `fetch` for sending octets that also tells how many have gone: fetch itself does not.
 * @param {string} path
 * @param {{body: Blob, headers: Object<string, string>, signal?: AbortSignal, onprogress: function(number)}} options
 *   `onprogress` gets the share that was sent, 0 to 1.
 * @returns {Promise<Response>} rejects as fetch does: TypeError when the server was not reached, AbortError when stopped.
 */
export function upload(path, {body, headers, signal, onprogress}) {
  return new Promise((resolve, reject) => {
    const stopped = () => reject(new DOMException('The upload was stopped.', 'AbortError'));
    if (signal?.aborted) return stopped();
    const request = new XMLHttpRequest();
    signal?.addEventListener('abort', () => request.abort(), {once: true});
    request.open('POST', path);
    request.responseType = 'arraybuffer';
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({loaded, total}) => onprogress(total ? loaded / total : 0);
    request.onload = () => resolve(new Response(request.response, {status: request.status}));
    request.onerror = () => reject(new TypeError('The upload broke off.'));
    request.onabort = stopped;
    request.send(body);
  });
}
