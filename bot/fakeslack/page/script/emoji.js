// The emoji that apps and people write most, by Slack's names.

export const emoji = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", wave: "👋", eyes: "👀", pray: "🙏", clap: "👏", raised_hands: "🙌",
  smile: "😄", slightly_smiling_face: "🙂", thinking_face: "🤔", sweat_smile: "😅", joy: "😂", tada: "🎉", heart: "❤️", fire: "🔥",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", no_entry: "⛔", no_entry_sign: "🚫",
  warning: "⚠️", question: "❓", exclamation: "❗", rotating_light: "🚨", bell: "🔔", information_source: "ℹ️", bulb: "💡",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰", clock1: "🕐", calendar: "📅",
  iphone: "📱", computer: "💻", phone: "☎️", telephone_receiver: "📞", key: "🔑", lock: "🔒", unlock: "🔓", closed_lock_with_key: "🔐",
  link: "🔗", memo: "📝", email: "📧", mag: "🔍", gear: "⚙️", wrench: "🔧", rocket: "🚀", robot_face: "🤖", shield: "🛡️",
  arrow_right: "➡️", arrows_counterclockwise: "🔄", large_green_circle: "🟢", red_circle: "🔴", large_yellow_circle: "🟡", white_circle: "⚪",
  one: "1️⃣", two: "2️⃣", three: "3️⃣",
};
