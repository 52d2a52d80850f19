using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace OrleansTasks.Access;

/// <summary>Finds the name under which the changes of a request are recorded.</summary>
internal static class Actor
{
    /// <summary>Claims that name a person or a program, in order of preference, for principals without a name claim.</summary>
    private static readonly string[] NamingClaims =
    [
        ClaimTypes.Name, "name", "preferred_username", ClaimTypes.Upn, "upn", ClaimTypes.Email, "email", ClaimTypes.NameIdentifier, "sub",
        "client_id", "azp", "appid",
    ];

    /// <summary>Returns the name of the signed-in user.</summary>
    /// <returns>A name that is never empty if a user is signed in; otherwise null.</returns>
    public static string? Of(ClaimsPrincipal? user)
    {
        if (user?.Identities.FirstOrDefault(i => i.IsAuthenticated) is not { } identity)
        {
            return null;
        }

        var name = (identity.Name is { Length: > 0 } own ? own : null)
            ?? NamingClaims.Select(identity.FindFirst).FirstOrDefault(c => !string.IsNullOrWhiteSpace(c?.Value))?.Value;
        return Sanitized.Text(string.IsNullOrWhiteSpace(name) ? $"unnamed ({identity.AuthenticationType})" : name, 200);
    }

    /// <summary>Returns the sender of a request as the log names it.</summary>
    public static string InLog(HttpContext http) =>
        Of(http.User) ?? $"somebody at {http.Connection.RemoteIpAddress?.ToString() ?? "this machine"}";
}
