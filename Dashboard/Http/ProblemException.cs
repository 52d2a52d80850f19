using Microsoft.AspNetCore.Mvc;

namespace OrleansTasks.Http;

/// <summary>Represents a request that cannot be served, with the problem details to return.</summary>
internal sealed class ProblemException(ProblemDetails problem, Exception? inner = null) : Exception(problem.Detail, inner)
{
    public ProblemDetails Problem { get; } = problem;

    public static ProblemException BadParameter(string parameter, string detail) =>
        new(TaskProblems.New(400, "invalid-argument", "A parameter of the request is not valid", detail, ("parameter", parameter)));
}
