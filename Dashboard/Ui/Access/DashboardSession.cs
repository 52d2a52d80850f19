using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using OrleansTasks.Access;
using OrleansTasks.Masks;
using OrleansTasks.Settings;

namespace OrleansTasks.Ui;

/// <summary>Stores who uses which dashboard, and what that user may do. Each open page has its own session.</summary>
internal sealed class DashboardSession(DashboardMounts mounts, AuthenticationStateProvider users, IAuthorizationService authorization,
    MaskingFaults faults)
{
    private DashboardMount? _mount;

    public TasksDashboardOptions Options => _mount?.Options ?? throw new UnreachableException("The page has not begun yet.");

    /// <summary>Gets the user's name; null if it is unknown.</summary>
    public string? User { get; private set; }

    /// <summary>Gets a value indicating whether the user may read.</summary>
    public bool MayLook { get; private set; }

    /// <summary>Gets a value indicating whether actions are offered. Each action is checked again when it is carried out.</summary>
    public bool MayAct { get; private set; }

    /// <summary>Gets the reason why the user may not act; null if the user may.</summary>
    public string? Refusal { get; private set; }

    public Masking Masking => new(Options.Mask, faults);

    public async Task BeginAsync(string mount)
    {
        _mount = mounts.Get(mount);
        MayLook = await IsAllowedAsync(Options.ViewPolicy).ConfigureAwait(false);
        Refusal = await FindRefusalAsync().ConfigureAwait(false);
        MayAct = Refusal is null;
    }

    /// <summary>Checks again whether the user may act, and returns the reason if not; otherwise null.</summary>
    public async Task<string?> FindRefusalAsync()
    {
        var user = (await users.GetAuthenticationStateAsync().ConfigureAwait(false)).User;
        User = Actor.Of(user);
        return Options.ReadOnly ? "This dashboard is read-only."
            : !await IsAllowedAsync(Options.ViewPolicy).ConfigureAwait(false)
                || !await IsAllowedAsync(Options.ActPolicy).ConfigureAwait(false)
                    ? "You can view this dashboard, but you cannot change anything."
            : null;
    }

    private async Task<bool> IsAllowedAsync(string? policy)
    {
        if (policy is null)
        {
            return true;
        }

        var user = (await users.GetAuthenticationStateAsync().ConfigureAwait(false)).User;
        return (await authorization.AuthorizeAsync(user, policy).ConfigureAwait(false)).Succeeded;
    }
}
