/* Shows how far an upload is. Without this module the same form works and shows nothing until it has arrived. */

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}

function send(form) {
  const request = new XMLHttpRequest();
  const area = form.querySelector(".upload-progress");
  const [bar, status] = [area.querySelector("progress"), area.querySelector("[role=status]")];
  const leaving = (event) => event.preventDefault();
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = loaded / total;
    status.textContent = `${Math.floor((100 * loaded) / total)} % · ${megabytes(loaded)} / ${megabytes(total)} MB`;
  });
  request.addEventListener("loadend", () => {
    window.removeEventListener("beforeunload", leaving);
    if (request.status === 413) status.textContent = request.responseText;
    else location.reload();
  });
  window.addEventListener("beforeunload", leaving);
  area.hidden = false;
  form.querySelector("button").disabled = true;
  request.open("POST", form.action);
  request.send(new FormData(form));
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
