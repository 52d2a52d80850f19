using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OrleansTasks.Tests.Unit.Messages;

public sealed class MessageSourcesTests
{
    [Fact]
    public void Find_OfThrownException_ReturnsItsText() =>
        AssertFound("""class C { void M(int n) => throw new ArgumentException($"The number is {n}; use " + "another one.", nameof(n)); }""",
            "The number is {n}; use another one.");

    [Fact]
    public void Find_OfCondition_ReturnsBothTexts() =>
        AssertFound("""
            class C
            {
                void M(int n) => throw new ArgumentException(n > 0
                    ? "It is much too large."
                    : $"It is given as {n}{(n < 0 ? "" : ", which is zero")}.");
            }
            """,
            "It is much too large.", "It is given as {n}.", "It is given as {n}, which is zero.");

    [Fact]
    public void Find_OfConstant_ReturnsItsValue() =>
        AssertFound("""
            class C
            {
                const int Most = 5;
                const string Form = "a short text";
                void M(string s) => throw new FormatException($"'{s}' is not {Form} of {Most} or {C.Most}.");
            }
            """,
            "'{s}' is not a short text of 5 or 5.");

    [Fact]
    public void Find_OfBaseConstructor_ReturnsItsText() =>
        AssertFound("""
            public class MyException : Exception
            {
                public MyException(string task)
                    : base($"There is no task '{task}'.")
                {
                }
            }
            """,
            "There is no task '{task}'.");

    [Fact]
    public void Find_OfFaults_ReturnsThem() =>
        AssertFound("""
            class C
            {
                IEnumerable<string> Faults()
                {
                    yield return $"The size is {Size} today.";
                }
                string? NameFault() => Name is null ? "The name is missing." : null;
                void Check(List<string> faults) => faults.AddRange(Names.Select(n => $"The name {n} is odd."));
                string Words() => "These words are no fault.";
            }
            """,
            "The size is {Size} today.", "The name is missing.", "The name {n} is odd.");

    [Fact]
    public void Find_OfMethodThatIsGivenText_ReturnsWholeMessages() =>
        AssertFound("""
            class C
            {
                void M(string s) => throw Fault(s, "it has two dots");
                void N(string s) => throw Fault(s, $"it begins with {s[0]}");
                FormatException Fault(string given, string what) => new($"'{given}' is not valid: {what}.");
            }
            """,
            "'{given}' is not valid: it has two dots.", "'{given}' is not valid: it begins with {s[0]}.");

    [Fact]
    public void Find_OfExcludedException_ReturnsNothing() =>
        AssertFound("""class C { void M() => throw new UnreachableException("This state cannot be reached."); }""");

    private static void AssertFound(string source, params string[] expected)
    {
        var root = CSharpSyntaxTree.ParseText(source, cancellationToken: TestContext.Current.CancellationToken)
            .GetRoot(TestContext.Current.CancellationToken);
        var sources = new Dictionary<string, SyntaxNode> { ["C.cs"] = root };
        var found = new MessageSources(sources, static t => t == "UnreachableException").Find();
        Assert.Equal(expected, found.Select(static s => s.Text.Source));
    }
}
