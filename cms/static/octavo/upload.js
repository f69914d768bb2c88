/* The master of one episode, sent so that it can be resumed. Without this module the same form works, and shows
   nothing until the file has arrived. */

import { Sender } from "octavo/sending";
import { inBytes, inPercent } from "octavo/upload-rows";

function attach(form) {
  const area = form.querySelector(".upload-progress");
  const [bar, status, button] = [area.querySelector("progress"), area.querySelector("[role=status]"), form.querySelector("button")];
  const leaving = (event) => event.preventDefault();
  const end = () => removeEventListener("beforeunload", leaving);
  form.querySelector("input[type=file]").hasChangeListener = true; // unfold would look for a text that shows the name
  let row;
  const sender = new Sender({
    endpoint: form.dataset.upload,
    way: form.dataset.way,
    token: form.querySelector("[name=csrfmiddlewaretoken]").value,
    told: {
      progress: (_row, bytes) => {
        bar.value = bytes / row.file.size;
        status.textContent = `${inPercent(bytes / row.file.size)} · ${inBytes(bytes)} / ${inBytes(row.file.size)}`;
      },
      arrived: () => {
        end();
        location.reload();
      },
      failed: (_row, code, sentence) => {
        end();
        status.textContent = code === 401 || !sentence ? form.dataset.trouble : sentence;
        button.disabled = false;
      },
    },
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const file = form.querySelector("input[type=file]").files[0];
    addEventListener("beforeunload", leaving);
    area.hidden = false;
    button.disabled = true;
    if (row?.file === file && row.status !== undefined) return sender.retry(row);
    if (row) sender.remove(row);
    row = { file, episode: form.dataset.episode };
    sender.send([row]);
  });
}

for (const form of document.querySelectorAll("form[data-upload]")) attach(form);
