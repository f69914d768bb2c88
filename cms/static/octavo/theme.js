/* Pages before the desk take the appearance that was chosen there, before anything is painted. */

const chosen = JSON.parse(localStorage.getItem("adminTheme") ?? '"auto"');
const isDark = chosen === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
document.documentElement.classList.toggle("dark", isDark);
