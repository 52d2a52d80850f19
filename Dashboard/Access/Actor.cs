using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace OrleansTasks.Access;

/// <summary>Finds the name under which a request's changes are recorded.</summary>
internal static class Actor
{
    /// <summary>Claims that name a person or a program, the best first, for principals without a name claim.</summary>
    private static readonly string[] NamingClaims =
    [
        ClaimTypes.Name, "name", "preferred_username", ClaimTypes.Upn, "upn", ClaimTypes.Email, "email", ClaimTypes.NameIdentifier, "sub", "client_id", "azp", "appid",
    ];

    /// <summary>The name of who is signed in.</summary>
    /// <returns>A name that is never empty where somebody is signed in; null where nobody is.</returns>
    public static string? Of(ClaimsPrincipal? user)
    {
        if (user?.Identities.FirstOrDefault(i => i.IsAuthenticated) is not { } identity)
        {
            return null;
        }

        var name = (identity.Name is { Length: > 0 } own ? own : null) ?? NamingClaims.Select(identity.FindFirst).FirstOrDefault(c => !string.IsNullOrWhiteSpace(c?.Value))?.Value;
        return Sanitized.Text(string.IsNullOrWhiteSpace(name) ? $"unnamed ({identity.AuthenticationType})" : name, 200);
    }

    /// <summary>How the log names who sent a request.</summary>
    public static string InLog(HttpContext http) => Of(http.User) ?? $"somebody at {http.Connection.RemoteIpAddress?.ToString() ?? "this machine"}";
}
