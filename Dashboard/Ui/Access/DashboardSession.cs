using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using OrleansTasks.Access;
using OrleansTasks.Masks;
using OrleansTasks.Settings;

namespace OrleansTasks.Ui;

/// <summary>Who looks at which dashboard, and what that person may do; one for each open page.</summary>
internal sealed class DashboardSession(DashboardMounts mounts, AuthenticationStateProvider users, IAuthorizationService authorization, MaskingFaults faults)
{
    private DashboardMount? _mount;

    public TasksDashboardOptions Options => _mount?.Options ?? throw new InvalidOperationException("The page has not begun yet.");

    /// <summary>The person's name; null if it is not known.</summary>
    public string? User { get; private set; }

    /// <summary>Whether the person may look at all.</summary>
    public bool MayLook { get; private set; }

    /// <summary>Whether actions are offered. They are checked again when they are carried out.</summary>
    public bool MayAct { get; private set; }

    /// <summary>Why the person may not act; null if that is allowed.</summary>
    public string? Refusal { get; private set; }

    public Masking Masking => new(Options.Mask, faults);

    public async Task BeginAsync(string mount)
    {
        _mount = mounts.Get(mount);
        MayLook = await IsAllowedAsync(Options.ViewPolicy).ConfigureAwait(false);
        Refusal = await FindRefusalAsync().ConfigureAwait(false);
        MayAct = Refusal is null;
    }

    /// <summary>Why nothing may be changed, looked up anew; null if it may.</summary>
    public async Task<string?> FindRefusalAsync()
    {
        var user = (await users.GetAuthenticationStateAsync().ConfigureAwait(false)).User;
        User = Actor.Of(user);
        return Options.ReadOnly ? "This dashboard is read-only."
            : !await IsAllowedAsync(Options.ViewPolicy).ConfigureAwait(false) || !await IsAllowedAsync(Options.ActPolicy).ConfigureAwait(false) ? "You can view this dashboard, but you cannot change anything."
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
