package bot

import (
	"fmt"
	"slices"
)

// gone says that a channel can't be posted to, or a card not be edited, until
// somebody mends it.
func gone(err error) bool {
	return slices.Contains([]string{
		"not_in_channel", "channel_not_found", "is_archived", "is_inactive", "restricted_action",
		"restricted_action_thread_only_channel", "restricted_action_non_threadable_channel",
		"restricted_action_read_only_channel", "cant_update_message", "edit_window_closed",
	}, slackCode(err))
}

// deleted says that a message is no more.
func deleted(err error) bool {
	return slices.Contains([]string{"message_not_found", "thread_not_found"}, slackCode(err))
}

// deaf says that Slack takes no direct message to a person, and never will.
func deaf(err error) bool {
	return slices.Contains([]string{
		"user_not_found", "user_not_visible", "user_disabled", "users_not_found", "cannot_dm_bot", "messages_tab_disabled",
	}, slackCode(err)) || gone(err)
}

// because says in words why a card can't be reached. It makes a difference
// whether it was ever there.
func because(err error, posted bool) string {
	switch code := slackCode(err); code {
	case "message_not_found", "thread_not_found":
		return "the card was deleted"
	case "is_archived", "is_inactive":
		return "the channel is archived"
	case "not_in_channel", "channel_not_found":
		if posted {
			return "passcodebot was removed from the channel"
		}
		return "passcodebot is not in the channel"
	default:
		return fmt.Sprintf("Slack refuses it (%s)", code)
	}
}
