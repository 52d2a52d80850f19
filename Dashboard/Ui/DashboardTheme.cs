using MudBlazor;

namespace OrleansTasks.Ui;

/// <summary>
/// Defines the component library's colors and fonts, which match the dashboard's style sheets. The contrast of every pair of text and
/// background is at least 4.5 to 1.
/// </summary>
internal static class DashboardTheme
{
    private static readonly string[] Letters = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans",
        "DejaVu Sans", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#2747c9",
            Secondary = "#5b4bb5",
            Success = "#14713a",
            Error = "#b3261e",
            Warning = "#8a5300",
            Info = "#1f5fa8",
            Background = "#f5f6f9",
            Surface = "#ffffff",
            TextPrimary = "#1b1f2a",
            TextSecondary = "#505869",
            ActionDefault = "#505869",
            Divider = "#dfe3ea",
            LinesDefault = "#dfe3ea",
            LinesInputs = "#8a92a3",
            TableLines = "#e6e9ef",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#9db4ff",
            PrimaryContrastText = "#0c1330",
            Secondary = "#c3b7ff",
            Success = "#62d394",
            SuccessContrastText = "#06170d",
            Error = "#ff9a92",
            ErrorContrastText = "#2b0705",
            Warning = "#f0b45f",
            WarningContrastText = "#241500",
            Info = "#86bdfa",
            InfoContrastText = "#04182e",
            Background = "#11141b",
            Surface = "#191d27",
            TextPrimary = "#e8ebf2",
            TextSecondary = "#a9b1c2",
            ActionDefault = "#a9b1c2",
            Divider = "#2c3240",
            LinesDefault = "#2c3240",
            LinesInputs = "#6c7689",
            TableLines = "#262c39",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Letters, FontSize = "0.9rem", LetterSpacing = "normal" },
            Button = new ButtonTypography
            {
                FontFamily = Letters,
                FontSize = "0.875rem",
                FontWeight = "600",
                TextTransform = "none",
                LetterSpacing = "normal"
            },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
    };
}
