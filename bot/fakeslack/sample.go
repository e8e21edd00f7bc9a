package fakeslack

import "slices"

// SampleWorkspace is the workspace of the sandbox: a company with a help
// desk, people on call, employees with phones, and a guest.
func SampleWorkspace() Config {
	const bot = "U0PASSBOT"
	person := func(id, name, real, title, tz string) Person {
		return Person{ID: id, Name: name, RealName: real, Email: name + "@contoso.com", Title: title, TZ: tz, Locale: "en-GB"}
	}
	gina := person("U0GINA", "gina", "Gina Rossi", "Consultant, Fabrikam", "Europe/Rome")
	gina.Guest = true
	people := []Person{
		person("U0RITA", "rita", "Rita Okafor", "Help desk", "Europe/London"),
		person("U0ANNA", "anna", "Anna Lindqvist", "IT operations, on call", "Europe/Stockholm"),
		person("U0BEN", "ben", "Ben Carter", "IT operations, on call", "America/New_York"),
		person("U0NORA", "nora", "Nora Haddad", "Finance", "Europe/Paris"),
		gina,
		person("U0ALICE", "alice", "Alice Meyer", "Field engineer", "Europe/Berlin"),
		person("U0BOB", "bob", "Bob Tanaka", "Warehouse lead", "Asia/Tokyo"),
		person("U0CARLA", "carla", "Carla Mendes", "Sales", "America/Sao_Paulo"),
	}
	everybody := []string{bot}
	for _, p := range people {
		everybody = append(everybody, p.ID)
	}
	staff := slices.DeleteFunc(slices.Clone(everybody), func(id string) bool { return id == gina.ID || id == bot })
	return Config{
		Team: Team{ID: "T0CONTOSO", Name: "Contoso", Domain: "contoso"},
		App: App{
			ID: "A0PASSCODE", Name: "passcodebot", BotUser: bot, BotID: "B0PASSCODE",
			BotToken: "xoxb-sandbox-bot", AppToken: "xapp-1-A0PASSCODE-sandbox", VerificationToken: "sandbox",
			Scopes: []string{
				"commands", "chat:write", "im:write", "users:read", "users:read.email", "usergroups:read",
				"channels:read", "groups:read", "channels:history", "groups:history", "im:history",
				"app_mentions:read", "files:write",
			},
			AppScopes: []string{"connections:write"},
			Commands: []Command{{
				Name: "/reset-passcode", Hint: "<devices> reason: <why>", Escape: true,
				Description: "Reset the passcode of Android devices, with a second person's approval",
			}},
			Shortcuts: []Shortcut{
				{Name: "Reset a passcode", CallbackID: "reset_passcode", Description: "Ask for a passcode reset on Android devices"},
				{
					Name: "Reset author's passcode", CallbackID: "reset_passcode_for_author", Message: true,
					Description: "Ask for a passcode reset on the devices of who wrote this",
				},
			},
			Home:   true,
			Events: []string{"app_home_opened", "app_mention", "message.im"},
		},
		People: people,
		Groups: []Group{
			{ID: "S0HELPDESK", Handle: "help-desk", Name: "Help desk", Members: []string{"U0RITA", "U0ANNA"}},
			{ID: "S0ONCALL", Handle: "on-call", Name: "On call", Members: []string{"U0ANNA", "U0BEN", "U0RITA"}},
		},
		Channels: []Channel{
			{ID: "C0INCIDENTS", Name: "incidents", Topic: "What is broken, and who is on it", Members: everybody},
			{ID: "C0HELPDESK", Name: "help-desk", Topic: "Ask here for help with phones and laptops", Members: append([]string{bot}, staff...)},
			{ID: "C0RANDOM", Name: "random", Topic: "Everything else", Members: staff},
			{ID: "C0SECURITY", Name: "security-ops", Topic: "Security operations", Private: true, Members: []string{bot, "U0RITA", "U0ANNA", "U0BEN"}},
		},
	}
}
