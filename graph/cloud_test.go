package graph_test

import (
	"testing"

	"passcodebot/approvals"
	"passcodebot/graph"
)

func TestParseCloud(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]graph.Cloud{"": graph.Global, "global": graph.Global, " USGov ": graph.USGov, "usdod": graph.USDoD, "china": graph.China} {
		if got, err := graph.ParseCloud(name); err != nil || got != want {
			t.Errorf("ParseCloud(%q) = %q, %v; want %q", name, got, err, want)
		}
	}
	_, err := graph.ParseCloud("germany")
	e := wantError(t, err, approvals.Invalid, "There is no cloud “germany”.")
	if e.Hint != "It is one of global, usgov, usdod and china." {
		t.Errorf("hint %q", e.Hint)
	}
}

func TestDevicePage(t *testing.T) {
	t.Parallel()
	for cloud, want := range map[graph.Cloud]string{
		"":           "https://intune.microsoft.com/#view/Microsoft_Intune_Devices/DeviceSettingsMenuBlade/~/overview/mdmDeviceId/" + pixelID,
		graph.Global: "https://intune.microsoft.com/#view/Microsoft_Intune_Devices/DeviceSettingsMenuBlade/~/overview/mdmDeviceId/" + pixelID,
		graph.USGov:  "https://intune.microsoft.us/#view/Microsoft_Intune_Devices/DeviceSettingsMenuBlade/~/overview/mdmDeviceId/" + pixelID,
		graph.USDoD:  "https://intune.microsoft.us/#view/Microsoft_Intune_Devices/DeviceSettingsMenuBlade/~/overview/mdmDeviceId/" + pixelID,
		graph.China:  "https://intune.microsoftonline.cn/#view/Microsoft_Intune_Devices/DeviceSettingsMenuBlade/~/overview/mdmDeviceId/" + pixelID,
	} {
		if got := graph.DevicePage(cloud, pixelID); got != want {
			t.Errorf("DevicePage(%q) = %q; want %q", cloud, got, want)
		}
	}
}

func TestNew_whenTheCloudIsUnknown(t *testing.T) {
	t.Parallel()
	_, err := graph.New(graph.Config{Cloud: "mars", Credentials: graph.Credentials{ManagedIdentity: true}})
	wantError(t, err, approvals.Invalid, "There is no cloud “mars”.")
}
