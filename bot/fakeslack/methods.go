package fakeslack

// method is one method of the Web API.
type method struct {
	// run does the method's work.
	run func(*call) (answer, *refusal)
	// app says that it takes the app token instead of the bot's.
	app bool
	// scope is needed, unless it is empty. Methods whose scope depends on
	// the kind of a conversation ask for it themselves.
	scope string
	// tier is how many calls a minute are allowed; zero means no limit.
	tier int
	// limits is what else is to be known of it, for people.
	limits string
}

// methods is every method there is. The scopes and tiers are Slack's; those
// without a tier have none that is a number.
func methods() map[string]method {
	return map[string]method{
		"auth.test":             {run: authTest},
		"apps.connections.open": {run: connectionsOpen, app: true, scope: "connections:write"},
		"bots.info":             {run: botsInfo, scope: "users:read", tier: 50},

		"chat.postMessage":   {run: postMessage, scope: "chat:write", limits: "one a second in a channel; text of 40000 characters is refused beyond, not cut; no attachments"},
		"chat.postEphemeral": {run: postEphemeral, scope: "chat:write", tier: 100},
		"chat.update":        {run: update, scope: "chat:write", tier: 50, limits: "text of 4000 characters"},
		"chat.delete":        {run: deleteMessage, scope: "chat:write", tier: 50},
		"chat.getPermalink":  {run: permalink},

		"conversations.open":    {run: conversationsOpen, tier: 50, limits: "scope im:write or mpim:write"},
		"conversations.info":    {run: conversationsInfo, tier: 50, limits: "scope channels:read, groups:read and so on"},
		"conversations.history": {run: conversationsHistory, tier: 50, limits: "scope channels:history, groups:history and so on"},
		"conversations.replies": {run: conversationsReplies, tier: 50, limits: "scope channels:history, groups:history and so on"},

		"users.info":            {run: usersInfo, scope: "users:read", tier: 100, limits: "locale with include_locale; addresses with users:read.email"},
		"users.profile.get":     {run: profileGet, scope: "users.profile:read", tier: 100},
		"users.list":            {run: usersList, scope: "users:read", tier: 20},
		"users.lookupByEmail":   {run: usersLookup, scope: "users:read.email", tier: 50},
		"users.getPresence":     {run: getPresence, scope: "users:read", tier: 50},
		"usergroups.list":       {run: groupsList, scope: "usergroups:read", tier: 20},
		"usergroups.users.list": {run: groupUsers, scope: "usergroups:read", tier: 20},

		"views.open":    {run: viewsOpen, tier: 100, limits: "a trigger_id works once, within 3 seconds; an open modal makes room"},
		"views.push":    {run: viewsPush, tier: 100, limits: "a trigger_id from within the modal; at most 3 views"},
		"views.update":  {run: viewsUpdate, tier: 100, limits: "hash; what was typed stays where block_id, action_id and type do"},
		"views.publish": {run: viewsPublish, tier: 100, limits: "App Home; hash"},

		"files.getUploadURLExternal":   {run: uploadURL, scope: "files:write", tier: 20, limits: "4 MB"},
		"files.completeUploadExternal": {run: completeUpload, scope: "files:write", tier: 20, limits: "one message in each channel, or in a thread"},
	}
}
