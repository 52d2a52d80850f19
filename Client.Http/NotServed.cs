using System.Runtime.CompilerServices;

namespace OrleansTasks.Client.Http;

/// <summary>Creates the exception for members of the client that it does not serve over HTTP.</summary>
internal static class NotServed
{
    public static NotSupportedException Of([CallerMemberName] string member = "") => new(
        $"{member} is not available with {nameof(HttpTaskClient)}. Call the HTTP API, or use a client of the cluster (AddTaskClient).");
}
